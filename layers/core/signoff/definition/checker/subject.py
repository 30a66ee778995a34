"""What the checks look at, and what they say."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from ..model import BUILT_IN_VARIABLES, Definition
from ..paths import Path
from ..steps import Step
from ..walk import StepList, step_lists
from .texts import CompiledText, texts_of_definition

__all__ = ["Finding", "Placed", "Subject", "quoted", "start_variables"]


@dataclass(frozen=True)
class Finding:
    """Something a check has found, at a path.

    `at_key` means the key that leads to the path's value.  With `character`, the place is that
    character of `text`, the string at the path.
    """

    code: str
    path: Path
    message: str
    hint: str = ""
    at_key: bool = False
    character: int | None = None
    text: str = ""


@dataclass(frozen=True)
class Placed:
    """A step and where it stands."""

    step: Step
    path: Path
    index: int
    steps: StepList

    @property
    def id_path(self) -> Path:
        """Return the path of the step's id, the place to point at for the step as a whole."""
        return (*self.path, "id")


class Subject:
    """A definition with what several checks need of it, computed once."""

    def __init__(self, definition: Definition) -> None:
        """Look at a definition."""
        self.definition = definition

    @cached_property
    def lists(self) -> tuple[StepList, ...]:
        """Return every list of steps, outer before inner."""
        return tuple(step_lists(self.definition.steps))

    @cached_property
    def steps(self) -> tuple[Placed, ...]:
        """Return every step with its place."""
        return tuple(
            Placed(step, steps.step_path(index), index, steps)
            for steps in self.lists
            for index, step in enumerate(steps.steps)
        )

    @cached_property
    def texts(self) -> tuple[CompiledText, ...]:
        """Return every text that may be a template or an expression, compiled."""
        return tuple(texts_of_definition(self.definition, self.lists))

    @cached_property
    def start_variables(self) -> tuple[str, ...]:
        """Return the variables that a run has when it starts: built in, and declared."""
        declared = start_variables(self.definition)
        return (*BUILT_IN_VARIABLES, *declared)

    @cached_property
    def optional_variables(self) -> frozenset[str]:
        """Return the declared start variables that a run may lack."""
        given: set[str] = set()
        for schema in (self.definition.parameters, self.definition.start_form):
            listed = (schema or {}).get("required")
            if isinstance(listed, list):
                given.update(name for name in listed if isinstance(name, str))
            properties = (schema or {}).get("properties")
            for name, rule in properties.items() if isinstance(properties, dict) else ():
                if isinstance(rule, dict) and "default" in rule:
                    given.add(name)
        return frozenset(start_variables(self.definition)) - given


def start_variables(definition: Definition) -> tuple[str, ...]:
    """Return the names that `parameters` and `startForm` declare, in order, each once."""
    names: dict[str, None] = {}
    for schema in (definition.parameters, definition.start_form):
        properties = (schema or {}).get("properties")
        if isinstance(properties, dict):
            names.update(dict.fromkeys(properties))
    return tuple(names)


def quoted(names: list[str] | tuple[str, ...]) -> str:
    """Return names in quotes as a person lists them: `"a", "b" and "c"`."""
    each = [f'"{name}"' for name in names]
    return each[0] if len(each) == 1 else f"{', '.join(each[:-1])} and {each[-1]}"
