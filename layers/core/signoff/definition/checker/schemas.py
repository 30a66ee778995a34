"""Forms and parameter lists that are no JSON Schema (draft 2020-12), or one nobody can use."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from ..paths import Path, path_text
from ..steps import ApprovalStep, TaskStep
from .schema_walk import references, regexes, repeats_itself
from .subject import Finding, Subject

__all__ = ["check"]

_MAX_FINDINGS = 20
_DIALECT = "https://json-schema.org/draft/2020-12/schema"


def check(subject: Subject) -> Iterator[Finding]:
    """Yield `bad-schema`.  jsonschema is loaded only where there is a schema."""
    definition = subject.definition
    schemas: list[tuple[Path, dict[str, Any] | None]] = [
        (("startForm",), definition.start_form),
        (("parameters",), definition.parameters),
    ]
    for placed in subject.steps:
        if isinstance(placed.step, ApprovalStep | TaskStep):
            schemas.append(((*placed.path, "config", "form"), placed.step.config.form))
    for path, schema in schemas:
        if schema is not None:
            yield from _check(path, schema)


def _check(path: Path, schema: dict[str, Any]) -> Iterator[Finding]:
    dialect = schema.get("$schema", _DIALECT)
    if dialect != _DIALECT:
        message = "The schema is written in another dialect than draft 2020-12."
        yield Finding("bad-schema", (*path, "$schema"), message, f'Write "{_DIALECT}", or nothing.')
        return
    against = list(_against_the_metaschema(path, schema))
    yield from against
    if against:
        return
    if schema.get("type", "object") != "object":
        message = f"`{path_text(path)}` describes the fields of an object, so its type is object."
        yield Finding("bad-schema", (*path, "type"), message, "Write `type: object`.")
    for at, pattern in regexes(schema):
        message = f'"{pattern}" is not a regular expression.'
        yield Finding("bad-schema", (*path, *at), message, "Check its brackets and escapes.")
    for at, reference in references(schema):
        message = f'"{reference}" is nowhere in this schema.'
        hint = "A reference begins with #/$defs/ and stays within the schema."
        yield Finding("bad-schema", (*path, *at), message, hint)
    loop = repeats_itself(schema)
    if loop is not None:
        message = "This refers to itself without going any deeper, so checking would not end."
        hint = "Put the reference below `properties` or `items`."
        yield Finding("bad-schema", (*path, *loop), message, hint)


def _against_the_metaschema(path: Path, schema: dict[str, Any]) -> Iterator[Finding]:
    from jsonschema import Draft202012Validator

    validator = Draft202012Validator(Draft202012Validator.META_SCHEMA)
    seen: set[Path] = set()
    for error in validator.iter_errors(schema):
        at: Path = (*path, *error.absolute_path)
        if at in seen:
            continue
        seen.add(at)
        if len(seen) > _MAX_FINDINGS:
            return
        message = f"`{path_text(at)}` is not what JSON Schema allows here."
        yield Finding("bad-schema", at, message, _hint(str(at[-1]), error.validator, error))


def _hint(keyword: str, rule: str, error: Any) -> str:
    if keyword == "type":
        return "Types are string, number, integer, boolean, array, object and null."
    if keyword == "required":
        return "`required` is a list of names, on the object that has them."
    if rule == "type":
        kinds = error.validator_value
        wanted = [kinds] if isinstance(kinds, str) else list(kinds)
        return "It should be of type " + " or ".join(wanted) + "."
    return "See json-schema.org for what it can be."
