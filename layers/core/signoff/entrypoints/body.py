"""A JSON body read into a pydantic model, with every problem named in the contract's own way.

Two kinds of refusal come from here: what cannot be read (no JSON, a field missing, a wrong type)
is malformed; a value of the right type that does not fit (blank, too long) is invalid. Where a body
has both, it is malformed.
"""

import json
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError

from signoff.entrypoints.refusals import InvalidBody, MalformedBody, Problem
from signoff.nesting import is_too_deep

M = TypeVar("M", bound=BaseModel)

_SHOWN = 20  # problems named in one answer

# pydantic's names of problems with a value, as against those with its type or presence.
_OF_VALUE = frozenset(
    {
        "string_too_short",
        "string_too_long",
        "string_pattern_mismatch",
        "literal_error",
        "greater_than_equal",
        "less_than_equal",
        "too_short",
        "too_long",
        "value_error",
        "unfit",
    }
)

# What pydantic says in the words of Python.
_IN_JSON = {
    **dict.fromkeys(("dict_type", "model_type"), "Input should be an object"),
    "list_type": "Input should be an array",
}


def parse_json(content: bytes) -> Any:
    """The JSON value in ``content``. Raises MalformedBody.

    Stricter than Python's parser, as RFC 8259 is: no NaN, no Infinity, no number beyond a double,
    no half of a surrogate pair, and no nesting deeper than ``nesting.MAX_DEPTH``.
    """
    try:
        value = json.loads(content.decode("utf-8-sig"), parse_constant=_refuse_constant)
        if is_too_deep(value):
            raise ValueError("nested too deep")
        canonical(value)
    except (ValueError, RecursionError) as error:
        raise MalformedBody((Problem("The body is not valid JSON"),)) from error
    return value


def canonical(value: Any) -> bytes:
    """``value`` as the same bytes for every way to write it. Raises ValueError, RecursionError."""
    return json.dumps(
        value, ensure_ascii=False, allow_nan=False, sort_keys=True, separators=(",", ":")
    ).encode()


def validate(model: type[M], value: Any) -> M:
    """``value`` as ``model``. Raises MalformedBody and InvalidBody with all problems."""
    if not isinstance(value, dict):
        raise MalformedBody((Problem("The body must be a JSON object"),))
    try:
        return model.model_validate(value)
    except ValidationError as error:
        problems = error.errors(include_url=False, include_context=False, include_input=False)
        malformed = [each for each in problems if each["type"] not in _OF_VALUE]
        named = tuple(_problem(each, model) for each in (malformed or problems)[:_SHOWN])
        raise (MalformedBody(named) if malformed else InvalidBody(named)) from error


def _problem(error: Any, model: type[BaseModel]) -> Problem:
    field = ".".join(str(part) for part in error["loc"]) or None
    if error["type"] == "missing":
        return Problem(f"{field} is required", field)
    if error["type"] == "extra_forbidden":
        there = (each.alias or name for name, each in model.model_fields.items())
        listed = f"; there are {', '.join(there)}" if len(error["loc"]) == 1 else ""
        return Problem(f"There is no field '{field}'{listed}", field)
    if error["type"] == "unfit":  # worded by the model itself
        return Problem(error["msg"], field)
    message = _IN_JSON.get(error["type"]) or error["msg"].removeprefix("Value error, ")
    message = message.replace(" after validation, ", ", ")
    return Problem(f"{field}: {message}" if field else message, field)


def _refuse_constant(name: str) -> Any:
    raise ValueError(name)
