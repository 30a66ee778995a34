"""Walking a JSON Schema: its regular expressions, its references, and references in circles."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any
from urllib.parse import unquote

from ..paths import Path

__all__ = ["references", "regexes", "repeats_itself"]

# Keywords whose value is a schema, a list of them, or a mapping of names to them.
_ONE = (
    "additionalProperties",
    "contains",
    "contentSchema",
    "else",
    "if",
    "items",
    "not",
    "propertyNames",
    "then",
    "unevaluatedItems",
    "unevaluatedProperties",
)
_LISTS = ("allOf", "anyOf", "oneOf", "prefixItems")
_NAMED = ("$defs", "dependentSchemas", "patternProperties", "properties")
# Those that judge the same value as the schema around them.
_IN_PLACE_ONE = ("if", "then", "else", "not")
_IN_PLACE_LISTS = ("allOf", "anyOf", "oneOf")


def _schemas(schema: Any, path: Path = ()) -> Iterator[tuple[Path, dict[str, Any]]]:
    """Yield a schema and all inside it with their paths.  The reader bounds the depth."""
    if not isinstance(schema, dict):
        return
    yield path, schema
    for keyword in _ONE:
        yield from _schemas(schema.get(keyword), (*path, keyword))
    for keyword in _LISTS:
        for i, inner in enumerate(schema.get(keyword) or ()):
            yield from _schemas(inner, (*path, keyword, i))
    for keyword in _NAMED:
        for name, inner in (schema.get(keyword) or {}).items():
            yield from _schemas(inner, (*path, keyword, name))


def regexes(schema: dict[str, Any]) -> Iterator[tuple[Path, str]]:
    """Yield the place and text of each pattern that is no regular expression."""
    for path, inner in _schemas(schema):
        patterns = [
            ((*path, "patternProperties", p), p) for p in inner.get("patternProperties", ())
        ]
        if "pattern" in inner:
            patterns.append(((*path, "pattern"), inner["pattern"]))
        for at, pattern in patterns:
            try:
                re.compile(pattern)
            except (re.error, OverflowError, RecursionError):
                yield at, pattern


def references(schema: dict[str, Any]) -> Iterator[tuple[Path, str]]:
    """Yield the place and text of each reference that leads nowhere, or out of the schema."""
    anchors = _anchors(schema)
    for path, inner in _schemas(schema):
        for keyword in ("$ref", "$dynamicRef"):
            if keyword in inner and _resolve(schema, inner[keyword], anchors) is None:
                yield (*path, keyword), inner[keyword]


def _anchors(schema: dict[str, Any]) -> dict[str, Path]:
    """Return the path of each schema that has a name of its own."""
    found: dict[str, Path] = {}
    for path, inner in _schemas(schema):
        for keyword in ("$anchor", "$dynamicAnchor"):
            if keyword in inner:
                found.setdefault(inner[keyword], path)
    return found


def _resolve(schema: dict[str, Any], reference: str, anchors: dict[str, Path]) -> Path | None:
    """Return the path of what a reference such as `#/$defs/x` or `#anchor` means."""
    if not reference.startswith("#"):
        return None
    pointer = unquote(reference[1:])
    if pointer and not pointer.startswith("/"):
        return anchors.get(pointer)
    here: Any = schema
    found: list[str | int] = []
    for raw in pointer.split("/")[1:]:
        part: str | int = raw.replace("~1", "/").replace("~0", "~")
        if isinstance(here, list) and raw.isdecimal() and len(raw) < 6:
            part = int(raw)
        try:
            here = here[part]
        except (KeyError, IndexError, TypeError):
            return None
        found.append(part)
    return tuple(found) if isinstance(here, dict | bool) else None


def repeats_itself(schema: dict[str, Any]) -> Path | None:
    """Return the place of a reference that leads back to itself for the same value, if any."""
    places = dict(_schemas(schema))
    anchors = _anchors(schema)
    edges = {path: list(_in_place(schema, path, inner, anchors)) for path, inner in places.items()}
    done: set[Path] = set()
    for start in edges:
        trail: list[Path] = []
        on_trail: set[Path] = set()
        waiting: list[tuple[Path, bool]] = [(start, False)]
        while waiting:
            path, leaving = waiting.pop()
            if leaving:
                on_trail.discard(trail.pop())
                done.add(path)
                continue
            if path in on_trail:
                return _named(places, trail[trail.index(path) :])
            if path in done or path not in edges:
                continue
            trail.append(path)
            on_trail.add(path)
            waiting.append((path, True))
            waiting.extend((following, False) for following in edges[path])
    return None


def _in_place(
    schema: dict[str, Any], path: Path, inner: dict[str, Any], anchors: dict[str, Path]
) -> Iterator[Path]:
    for keyword in ("$ref", "$dynamicRef"):
        target = _resolve(schema, inner[keyword], anchors) if keyword in inner else None
        if target is not None:
            yield target
    for keyword in _IN_PLACE_ONE:
        if keyword in inner:
            yield (*path, keyword)
    for keyword in _IN_PLACE_LISTS:
        for i in range(len(inner.get(keyword) or ())):
            yield (*path, keyword, i)


def _named(places: dict[Path, dict[str, Any]], circle: list[Path]) -> Path:
    """Return the path of a reference in a circle of schemas; every circle has one."""
    for path in circle:
        for keyword in ("$ref", "$dynamicRef"):
            if keyword in places[path]:
                return (*path, keyword)
    return circle[0]
