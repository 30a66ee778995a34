"""What the models of the admin API share. Types are strict: ``"1"`` is not 1."""

from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field
from pydantic.alias_generators import to_camel

MAX_TEXT = 4_000

Text = Annotated[str, Field(max_length=MAX_TEXT)]


class Sent(BaseModel):
    """A request's body. Unknown fields are refused: a misspelt one must not be lost."""

    model_config = ConfigDict(
        strict=True, defer_build=True, extra="forbid", alias_generator=to_camel
    )


class Shown(BaseModel):
    """An answer's content."""

    model_config = ConfigDict(
        strict=True, defer_build=True, alias_generator=to_camel, validate_by_name=True
    )


# The default of a field that may be left out and is never null, which would say nothing. A factory,
# since a schema shows no default that comes from one.
LEFT_OUT: Any = Field(default_factory=lambda: None)
