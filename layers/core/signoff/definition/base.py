"""What every part of a definition shares: the frozen base model and the constrained words."""

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, JsonValue, StrictBool, StrictFloat, StrictInt
from pydantic.alias_generators import to_camel

__all__ = [
    "DEFINITION_KEY_PATTERN",
    "OUTCOME_PATTERN",
    "STEP_ID_PATTERN",
    "VARIABLE_PATTERN",
    "DefinitionKey",
    "Flag",
    "Form",
    "Label",
    "Model",
    "Number",
    "OutcomeName",
    "StepId",
    "Target",
    "Template",
    "VariableName",
    "Whole",
]

DEFINITION_KEY_PATTERN = r"^[a-z0-9][a-z0-9_-]{0,63}\Z"
STEP_ID_PATTERN = r"^[A-Za-z][A-Za-z0-9_-]{0,63}\Z"
OUTCOME_PATTERN = r"^[A-Za-z][A-Za-z0-9_-]{0,63}\Z"
VARIABLE_PATTERN = r"^[A-Za-z_][A-Za-z0-9_]{0,63}\Z"

DefinitionKey = Annotated[str, Field(pattern=DEFINITION_KEY_PATTERN)]
StepId = Annotated[str, Field(pattern=STEP_ID_PATTERN)]
OutcomeName = Annotated[str, Field(pattern=OUTCOME_PATTERN)]
VariableName = Annotated[str, Field(pattern=VARIABLE_PATTERN)]
# Where a step leads: a step id of the same list; `join` inside a branch, `End` at the top.
Target = Annotated[str, Field(min_length=1, max_length=64)]
Label = Annotated[str, Field(min_length=1, max_length=200)]
# Text that may hold `{{name}}` or be one `{% expression %}`.
Template = Annotated[str, Field(max_length=32_768)]
# A JSON Schema: an object here; whether it is a schema is the checker's question.
Form = dict[str, JsonValue]
# Definitions are data: "3" is not 3 and 1 is not true, in YAML as in JSON.
Flag = StrictBool
Whole = StrictInt
Number = StrictFloat


class Model(BaseModel):
    """Frozen, closed to unknown fields, camelCase in files, built on first use (cold starts)."""

    model_config = ConfigDict(
        frozen=True,
        extra="forbid",
        alias_generator=to_camel,
        defer_build=True,
        regex_engine="python-re",
    )
