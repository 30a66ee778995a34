"""What the language has and this release does not run: refused, never accepted and ignored."""

from __future__ import annotations

from collections.abc import Iterator

from ..steps import NOT_BUILT_TYPES
from .subject import Finding, Subject

__all__ = ["check"]


def check(subject: Subject) -> Iterator[Finding]:
    """Yield `not-built` for triggers and step types."""
    trigger = subject.definition.trigger.type
    if trigger != "manual":
        yield Finding(
            "not-built",
            ("trigger", "type"),
            f"The trigger {trigger} is not built yet.",
            "Use the trigger manual, and start runs through an API.",
        )
    for placed in subject.steps:
        step = placed.step
        if step.type in NOT_BUILT_TYPES:
            yield Finding(
                "not-built",
                (*placed.path, "type"),
                f'Steps of type {step.type}, such as "{step.id}", are not built yet.',
                "Let people do it in a task, or send an event with notify and do it outside.",
            )
