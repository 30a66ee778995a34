"""Limits of Step Functions, and a sub-workflow that starts itself."""

from __future__ import annotations

import json
from collections.abc import Iterator

from ..steps import MapStep, ParallelStep, WorkflowStep
from .subject import Finding, Placed, Subject

__all__ = ["check"]

# What one state may take and give (AWS Step Functions Developer Guide, "Service quotas").
_MAX_PAYLOAD = 262_144
_INLINE_CONCURRENCY = 40


def check(subject: Subject) -> Iterator[Finding]:
    """Yield `step-too-large`, `map-concurrency` and `self-reference`."""
    for placed in subject.steps:
        step = placed.step
        yield from _size(placed)
        if isinstance(step, MapStep) and "concurrency" not in step.config.model_fields_set:
            yield Finding(
                "map-concurrency",
                placed.id_path,
                f'"{step.id}" runs at most {_INLINE_CONCURRENCY} items at once; '
                "the others wait for their turn.",
                f"If that is right, say so: `concurrency: {_INLINE_CONCURRENCY}` or less.",
            )
        key = subject.definition.key
        if isinstance(step, WorkflowStep) and step.config.definition == key:
            yield Finding(
                "self-reference",
                (*placed.path, "config", "definition"),
                f'"{step.id}" starts "{key}", which is this definition.',
                "Lead back to an earlier step for a loop, or name another definition.",
            )


def _size(placed: Placed) -> Iterator[Finding]:
    step = placed.step
    # What a parallel or map step holds is measured step by step.
    held = {"steps", "branches"} if isinstance(step, MapStep | ParallelStep) else None
    config = step.config.model_dump(mode="json", by_alias=True, exclude=held)
    size = len(json.dumps(config, ensure_ascii=False).encode("utf-8", "surrogatepass"))
    if size > _MAX_PAYLOAD:
        yield Finding(
            "step-too-large",
            placed.id_path,
            f'The configuration of "{step.id}" has {size:,} bytes.',
            f"A state takes at most {_MAX_PAYLOAD:,}; keep large data outside of the definition.",
        )
