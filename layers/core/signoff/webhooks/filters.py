"""Filters: conditions on an event's data, by path, in the words of EventBridge's patterns.

    {"outcome": ["APPROVED", "REJECTED"], "variables.amount": [{"numeric": [">=", 1000]}]}

Every path must fit, by any one of its conditions. A path's steps are separated by dots. A list in
the data fits where one of its elements does, and ``anything-but`` where none is excluded.
"""

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from signoff.errors import Invalid
from signoff.storage.values import to_json

MAX_PATHS = 20
MAX_CONDITIONS = 50  # of one path
MAX_BYTES = 4_096
MAX_PATH_CHARACTERS = 256

_SHOWN = 64
_COMPARE: dict[str, Callable[[float, float], bool]] = {
    "=": lambda value, limit: value == limit,
    "<": lambda value, limit: value < limit,
    "<=": lambda value, limit: value <= limit,
    ">": lambda value, limit: value > limit,
    ">=": lambda value, limit: value >= limit,
}
_MOST_COMPARISONS = 2  # from … to
_KINDS = ("prefix", "anything-but", "numeric", "exists")


def check_filters(filters: Mapping[str, Any]) -> None:
    """Raise Invalid, naming the path, for filters that ``fits`` could not judge."""
    if len(filters) > MAX_PATHS:
        raise Invalid(f"filters has at most {MAX_PATHS} paths", field="filters")
    if len(to_json(filters).encode(errors="replace")) > MAX_BYTES:
        raise Invalid(f"filters has at most {MAX_BYTES} bytes of JSON", field="filters")
    for path, conditions in filters.items():
        field = f"filters.{path[:_SHOWN]}"
        if len(path) > MAX_PATH_CHARACTERS or not all(path.split(".")):
            raise Invalid(
                f"A path has 1 to {MAX_PATH_CHARACTERS} characters, and a name on both sides of "
                "each dot, such as document.tags",
                field=field,
            )
        listed = conditions if isinstance(conditions, list) else [conditions]
        if not 1 <= len(listed) <= MAX_CONDITIONS:
            raise Invalid(f"A path has 1 to {MAX_CONDITIONS} conditions", field=field)
        for condition in listed:
            _check(condition, field)


def fits(filters: Mapping[str, Any] | None, data: Mapping[str, Any]) -> bool:
    """Whether ``data`` is what the filters ask for; they are ``check_filters``' own."""
    return all(_path_fits(path, each, data) for path, each in (filters or {}).items())


def _check(condition: Any, field: str) -> None:
    if _is_plain(condition):
        return
    if not isinstance(condition, dict) or len(condition) != 1:
        raise Invalid(
            "A condition is a text, number, boolean or null, or an object with one of "
            f"{', '.join(_KINDS)}",
            field=field,
        )
    [(kind, wanted)] = condition.items()
    if kind not in _KINDS:
        raise Invalid(
            f"There is no condition '{kind[:_SHOWN]}', but {', '.join(_KINDS)}; what lies deeper "
            "in the data has a path with dots",
            field=field,
        )
    if kind == "prefix" and not (isinstance(wanted, str) and wanted):
        raise Invalid("prefix is a text that is not empty", field=field)
    if kind == "exists" and not isinstance(wanted, bool):
        raise Invalid("exists is true or false", field=field)
    if kind == "anything-but":
        excluded = wanted if isinstance(wanted, list) else [wanted]
        if not excluded or not all(_is_plain(each) for each in excluded):
            raise Invalid(
                "anything-but is a text, number, boolean or null, or a list of them", field=field
            )
    if kind == "numeric":
        _check_numeric(wanted, field)


def _check_numeric(wanted: Any, field: str) -> None:
    pairs = list(_pairs(wanted)) if isinstance(wanted, list) and len(wanted) % 2 == 0 else []
    if not 1 <= len(pairs) <= _MOST_COMPARISONS or not all(
        isinstance(sign, str) and sign in _COMPARE and _is_number(limit) for sign, limit in pairs
    ):
        raise Invalid(
            'numeric is a sign and a number, once or twice, such as [">=", 10, "<", 20]; the signs '
            f"are {' '.join(_COMPARE)}",
            field=field,
        )
    if _is_empty(pairs):
        raise Invalid("numeric has a range that no number is in", field=field)


def _is_empty(pairs: list[tuple[str, float]]) -> bool:
    """Whether no number satisfies all: what is asked for at least is more than at most."""
    lowest = [(limit, sign == ">") for sign, limit in pairs if sign in (">", ">=", "=")]
    highest = [(limit, sign == "<") for sign, limit in pairs if sign in ("<", "<=", "=")]
    return any(
        low > high or (low == high and (above or below))
        for low, above in lowest
        for high, below in highest
    )


def _path_fits(path: str, conditions: Any, data: Mapping[str, Any]) -> bool:
    there, value = _found(path, data)
    listed = conditions if isinstance(conditions, list) else [conditions]
    return any(_fits(condition, there, value) for condition in listed)


def _found(path: str, data: Any) -> tuple[bool, Any]:
    for name in path.split("."):
        if not isinstance(data, Mapping) or name not in data:
            return False, None
        data = data[name]
    return True, data


def _fits(condition: Any, there: bool, value: Any) -> bool:
    kind, wanted = "exact", condition
    if isinstance(condition, dict):
        [(kind, wanted)] = condition.items()
    if kind == "exists":
        return there is wanted
    if not there:
        return False
    values = value if isinstance(value, list) else [value]
    if kind == "anything-but":
        excluded = wanted if isinstance(wanted, list) else [wanted]
        return not any(_same(each, other) for each in values for other in excluded)
    return any(_one_fits(kind, wanted, each) for each in values)


def _one_fits(kind: str, wanted: Any, value: Any) -> bool:
    if kind == "prefix":
        return isinstance(value, str) and value.startswith(wanted)
    if kind == "numeric":
        return _is_number(value) and all(
            _COMPARE[sign](value, limit) for sign, limit in _pairs(wanted)
        )
    return _same(value, wanted)


def _pairs(wanted: list[Any]) -> Iterator[tuple[Any, Any]]:
    return zip(wanted[::2], wanted[1::2], strict=True)


def _is_plain(value: Any) -> bool:
    return value is None or isinstance(value, str | bool | int | float)


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _same(value: Any, wanted: Any) -> bool:
    # To Python true is 1; to JSON it is not.
    return isinstance(value, bool) == isinstance(wanted, bool) and bool(value == wanted)
