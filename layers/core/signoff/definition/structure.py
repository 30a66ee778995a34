"""From plain values to the model; what does not fit becomes problems in plain words."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

from pydantic import ValidationError

from .fields import INTEGRATION_KINDS, close_match, fields_at
from .model import Definition
from .paths import Path
from .reading import described
from .steps import STEP_TYPES
from .structure_words import explain_pattern, found, wanted

__all__ = ["Misfit", "build"]


class Misfit(NamedTuple):
    """A value that the model refuses.  `at_key`: the key is what is wrong, not its value."""

    code: str
    path: Path
    message: str
    hint: str = ""
    at_key: bool = False


def build(value: Any) -> tuple[Definition | None, list[Misfit]]:
    """Return the definition that a value holds, or None and all that keeps it from being one."""
    if not isinstance(value, dict):
        return None, [_not_a_mapping(value)]
    try:
        return Definition.model_validate(value), []
    except ValidationError as error:
        misfits = [
            misfit
            for detail in error.errors(include_url=False, include_input=False)
            for misfit in _misfits(dict(detail), value)
        ]
        return None, _without_slips(misfits, value)


def _without_slips(misfits: list[Misfit], value: Any) -> list[Misfit]:
    """Leave out the fields that are missing only because their names are misspelt."""
    meant = {
        (*misfit.path[:-1], close_match(str(misfit.path[-1]), fields_at(misfit.path[:-1], value)))
        for misfit in misfits
        if misfit.code == "unknown-field"
    }
    return [m for m in misfits if m.code != "missing-field" or m.path not in meant]


def _not_a_mapping(value: Any) -> Misfit:
    what = "empty" if value is None else found(value)
    return Misfit(
        "not-a-definition",
        (),
        f"A definition is a mapping; this is {what}.",
        "Begin with key:, name: and steps:.",
    )


def _misfits(detail: dict[str, Any], value: Any) -> Iterator[Misfit]:
    """Yield what one of the model's errors means."""
    kind: str = detail["type"]
    context: dict[str, Any] = detail.get("ctx", {})
    path, at_key = _path(detail["loc"], value)
    here = _at(path, value)
    name = described(path)
    if kind == "missing":
        yield _missing(path, str(path[-1]))
    elif kind == "union_tag_not_found":
        field = context["discriminator"].strip("'")
        yield _missing((*path, field), field)
    elif kind == "extra_forbidden":
        yield _unknown_field(path, value)
    elif kind == "union_tag_invalid" and context["discriminator"] == "'type'":
        yield _unknown_type((*path, "type"), here["type"])
    elif kind == "union_tag_invalid" and context["discriminator"] == "'kind'":
        kinds = str(context["expected_tags"]).replace("'", '"')
        given = found(here["kind"])
        path = (*path, "kind")
        yield Misfit("invalid-value", path, f"{described(path)} is {given}.", f"It can be {kinds}.")
    elif kind == "string_pattern_mismatch":
        said = f'"{path[-1]}" cannot be a name here.' if at_key else f"{name} is {found(here)}."
        yield Misfit("invalid-value", path, said, explain_pattern(context["pattern"]), at_key)
    elif kind == "literal_error":
        choices = str(context["expected"]).replace("'", '"')
        yield Misfit("invalid-value", path, f"{name} is {found(here)}.", f"It can be {choices}.")
    elif kind in _BOUNDS:
        yield from _out_of_bounds(kind, context, path, here)
    else:
        is_quorum = "<number>" in str(context.get("expected_tags"))
        should, hint = wanted("quorum" if is_quorum else kind, here)
        yield Misfit("wrong-type", path, f"{name} should be {should}, and is {found(here)}.", hint)


_BOUNDS = {
    "too_short": ("min_length", "at least", "entries"),
    "too_long": ("max_length", "at most", "entries"),
    "string_too_short": ("min_length", "at least", "characters"),
    "string_too_long": ("max_length", "at most", "characters"),
    "greater_than_equal": ("ge", "at least", ""),
    "less_than_equal": ("le", "at most", ""),
}


def _out_of_bounds(kind: str, context: dict[str, Any], path: Path, here: Any) -> Iterator[Misfit]:
    limit_name, relation, unit = _BOUNDS[kind]
    limit = context[limit_name]
    if kind == "too_short" and len(here) >= limit:
        # The model counts only the entries that fit; those that do not have their own problems.
        return
    name = described(path)
    if unit:
        one = {"entries": "entry", "characters": "character"}[unit]
        counted = unit if limit != 1 else one
        verb = "needs" if relation == "at least" else "can have"
        message = f"{name} has {len(here)} {unit if len(here) != 1 else one}."
        yield Misfit("invalid-value", path, message, f"It {verb} {relation} {limit} {counted}.")
    else:
        hint = f"It can be {relation} {limit:g}."
        yield Misfit("invalid-value", path, f"{name} is {here}.", hint)


_CHOICES = {
    "type": "Types are " + ", ".join(STEP_TYPES) + ".",
    "kind": "Kinds are " + ", ".join(INTEGRATION_KINDS) + ".",
}


def _missing(path: Path, field: str) -> Misfit:
    message = f"{described(path[:-1])} has no `{field}`.".replace("the def", "The def", 1)
    hint = _CHOICES.get(field, f"Add `{field}`.")
    return Misfit("missing-field", path, message, hint)


def _unknown_field(path: Path, value: Any) -> Misfit:
    fields = fields_at(path[:-1], value)
    near = close_match(str(path[-1]), fields)
    hint = f"Did you mean `{near}`?" if near else "Fields here are " + ", ".join(fields) + "."
    owner = described(path[:-1])
    return Misfit("unknown-field", path, f"There is no field `{path[-1]}` in {owner}.", hint, True)


def _unknown_type(path: Path, given: Any) -> Misfit:
    if not isinstance(given, str):
        message = f"{described(path)} should be text, and is {found(given)}."
        return Misfit("wrong-type", path, message, "Types are " + ", ".join(STEP_TYPES) + ".")
    near = close_match(given, STEP_TYPES)
    hint = f'Did you mean "{near}"?' if near else "Types are " + ", ".join(STEP_TYPES) + "."
    return Misfit("unknown-type", path, f'There is no step type "{given}".', hint)


def _path(location: tuple[str | int, ...], value: Any) -> tuple[Path, bool]:
    """Return the path in the file of a location in the model, which also names union members."""
    path: list[str | int] = []
    here = value
    for index, part in enumerate(location):
        is_key = isinstance(here, dict) and part in here
        if part == "[key]" and not is_key:
            return tuple(path), True
        if index and location[index - 1] == "config" and _is_kind(part, here):
            continue
        if (part in _UNION_MEMBERS and not is_key) or _is_step_type(part, path, here):
            continue
        path.append(part)
        here = _step_into(here, part)
    return tuple(path), False


# How the model tags the members of its unions (see `configs`).
_UNION_MEMBERS = frozenset({"<text>", "<number>", "<mapping>"})


def _is_step_type(part: str | int, path: list[str | int], here: Any) -> bool:
    in_list = len(path) > 1 and isinstance(path[-1], int) and path[-2] == "steps"
    return in_list and isinstance(here, dict) and here.get("type") == part


def _is_kind(part: str | int, here: Any) -> bool:
    return part in INTEGRATION_KINDS and isinstance(here, dict) and here.get("kind") == part


def _at(path: Path, value: Any) -> Any:
    here = value
    for part in path:
        here = _step_into(here, part)
    return here


def _step_into(here: Any, part: str | int) -> Any:
    if isinstance(here, dict):
        return here.get(part)
    if isinstance(here, list) and isinstance(part, int) and part < len(here):
        return here[part]
    return None
