"""How values and what is expected of them are named to people."""

from __future__ import annotations

from typing import Any

from .base import DEFINITION_KEY_PATTERN, OUTCOME_PATTERN, STEP_ID_PATTERN, VARIABLE_PATTERN

__all__ = ["explain_pattern", "found", "shown", "wanted"]

_NAME_RULE = "letters, digits, - and _, begins with a letter, and has at most 64 characters."
_PATTERNS = {
    DEFINITION_KEY_PATTERN: "A key has small letters, digits, - and _, begins with a letter or "
    "digit, and has at most 64 characters.",
    # Step ids and outcomes have the same rule.
    STEP_ID_PATTERN: f"It has {_NAME_RULE}",
    OUTCOME_PATTERN: f"It has {_NAME_RULE}",
    VARIABLE_PATTERN: "A variable has letters, digits and _, does not begin with a digit, and has "
    "at most 64 characters.",
}


def explain_pattern(pattern: str) -> str:
    """Return in words what a pattern of the model wants."""
    return _PATTERNS[pattern]


def shown(text: str, limit: int = 60) -> str:
    """Return a text in quotes, on one line and cut where it is long."""
    line = " ".join(text.split())
    return f'"{line}"' if len(line) <= limit else f'"{line[: limit - 1]}…"'


def found(value: Any) -> str:
    """Return how a message names a value that it found."""
    if value is None:
        return "nothing (null)"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | float):
        return f"the number {value}"
    if isinstance(value, str):
        return shown(value)
    return "a list" if isinstance(value, list) else "a mapping"


_WANTED = {
    "string_type": "text",
    "int_type": "a whole number",
    "float_type": "a number",
    "bool_type": "true or false",
    "dict_type": "a mapping",
    "model_type": "a mapping",
    "model_attributes_type": "a mapping",
    "tuple_type": "a list",
    "quorum": "any, all or a number",
    "union_tag_invalid": "a mapping or an expression",
}


def wanted(kind: str, value: Any) -> tuple[str, str]:
    """Return what should stand in place of a value, and a hint, by the kind of the error."""
    should = _WANTED.get(kind, "another kind of value")
    hint = ""
    if should == "text" and isinstance(value, int | float):
        hint = "Put it in quotes."
    elif should == "a mapping" and value is None:
        hint = "Write {} where there is nothing to say."
    elif should == "a list" and isinstance(value, str):
        hint = f"Put it in brackets: [{value[:40]}]."
    elif should == "a list" and isinstance(value, dict):
        hint = 'Begin each entry with "- ".'
    elif should == "true or false" and isinstance(value, str):
        hint = "Write true or false, without quotes."
    elif should in ("a number", "a whole number") and isinstance(value, str):
        hint = "Write the number without quotes."
    elif kind == "union_tag_invalid" and isinstance(value, list):
        hint = "Write {groups: […]}, {users: […]} or an expression."
    return should, hint or f"Write {should} instead."
