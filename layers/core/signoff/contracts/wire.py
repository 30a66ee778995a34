"""What the models of the Flow API and of the Approvals API share.

Types are strict: ``"1"`` is not 1. A field that a model does not have is ignored, as the two
contracts leave room for more.
"""

from typing import Annotated

from pydantic import AfterValidator, BaseModel, ConfigDict, JsonValue
from pydantic.alias_generators import to_camel
from pydantic_core import PydanticCustomError

from signoff.entrypoints.body import canonical
from signoff.limits import DECISION_DATA_BYTES


class Sent(BaseModel):
    """A request's body."""

    model_config = ConfigDict(strict=True, defer_build=True, alias_generator=to_camel)


class Answer(BaseModel):
    """An answer's content."""

    model_config = ConfigDict(
        strict=True, defer_build=True, alias_generator=to_camel, validate_by_name=True
    )


def _not_too_big(data: dict[str, JsonValue]) -> dict[str, JsonValue]:
    if len(canonical(data)) > DECISION_DATA_BYTES:
        raise PydanticCustomError(
            "unfit", f"data must be at most {DECISION_DATA_BYTES} bytes of JSON"
        )
    return data


# What a decision carries for the step's form.
DecisionData = Annotated[dict[str, JsonValue], AfterValidator(_not_too_big)]
