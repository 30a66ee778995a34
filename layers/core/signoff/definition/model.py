"""The workflow definition, as written in a file and as every part of Signoff reads it."""

from typing import Annotated, Literal

from pydantic import Field, JsonValue

from .base import DefinitionKey, Flag, Form, Label, Model, Template
from .steps import Step

__all__ = ["BUILT_IN_VARIABLES", "Definition", "Initiators", "Trigger"]

# Variables every run has from its start.
BUILT_IN_VARIABLES = ("initiator", "documentRef", "runId")


class Trigger(Model):
    """What starts a run.  Only `manual` is built."""

    type: Literal["manual", "scheduled", "webhook", "event"] = "manual"
    config: dict[str, JsonValue] = Field(default_factory=dict)


class Initiators(Model):
    """Who may start a run: members of any of these groups."""

    groups: Annotated[tuple[str, ...], Field(min_length=1, max_length=50)]


class Definition(Model):
    """A workflow: a head and a list of steps in order.

    A version is given to a definition when it is published; the file has none.
    """

    key: DefinitionKey
    name: Label
    description: Annotated[str, Field(max_length=2000)] | None = None
    category: Annotated[str, Field(min_length=1, max_length=64)] | None = None
    trigger: Trigger = Field(default_factory=Trigger)
    enabled: Flag = True
    initiators: Initiators | None = None
    start_form: Form | None = None
    parameters: Form | None = None
    result: Template | None = None
    steps: Annotated[tuple[Step, ...], Field(max_length=500)]
