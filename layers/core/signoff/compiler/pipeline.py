"""The compiler as a row of passes: `lower`, then `PASSES`, then `emit`."""

from __future__ import annotations

from collections.abc import Callable

from pydantic import JsonValue

from ..definition.model import Definition
from .emit import MACHINE_SCHEMA, states_of
from .fuse import fuse
from .ir import Program
from .land import land
from .leads import annotate_leads
from .lower import lower
from .machine import Machine
from .prune import prune
from .resume import resuming
from .route import route

__all__ = ["PASSES", "RESUME_PASSES", "compile_definition", "compile_resume", "resume_points"]

Pass = Callable[[Program], Program]

PASSES: tuple[Pass, ...] = (annotate_leads, route, fuse, land, prune)
# What only the beginning leads to may be pruned from a resume machine, but not what it starts at.
RESUME_PASSES: tuple[Pass, ...] = (annotate_leads, route, fuse, land, resuming, prune)


def compile_definition(definition: Definition, version: int | None = None) -> Machine:
    """Return the state machine of a definition that the checker accepts.

    `version` is the one it is published as; a machine that is only looked at has none.

    Raises:
        ValueError: the definition is one that the checker refuses.
    """
    return _compiled(definition, version, PASSES, "")


def compile_resume(definition: Definition, version: int | None = None) -> Machine:
    """Return the twin machine in which a run goes on from a saved scope (see `resume`).

    Raises:
        ValueError: the definition is one that the checker refuses.
    """
    return _compiled(definition, version, RESUME_PASSES, ", resumed")


def resume_points(definition: Definition) -> tuple[str, ...]:
    """Return the ids of the steps that a run can resume at: the durable ones at the top."""
    return tuple(step for step, _ in lower(definition).positions)


def _compiled(
    definition: Definition, version: int | None, passes: tuple[Pass, ...], how: str
) -> Machine:
    program = lower(definition, version)
    for each in passes:
        program = each(program)
    named = definition.key if version is None else f"{definition.key} version {version}"
    machine: dict[str, JsonValue] = {
        "Comment": f"{named}{how} (schema {MACHINE_SCHEMA})",
        "QueryLanguage": "JSONata",
        "StartAt": program.top.start,
        "States": states_of(program.top),
    }
    return Machine(machine)
