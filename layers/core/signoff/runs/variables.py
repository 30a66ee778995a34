"""The variables that a run starts with: checked against what its definition declares."""

from typing import Any

from signoff.errors import Invalid
from signoff.limits import VARIABLES_BYTES
from signoff.storage.values import to_json

BUILT_IN = frozenset({"initiator", "documentRef", "runId"})


def start_variables(document: dict[str, Any], given: dict[str, Any]) -> dict[str, Any]:
    """``given`` with defaults filled in: every declared parameter is there, null if not given.

    ``document`` is the definition; its ``parameters`` and ``startForm`` are JSON Schemas (draft
    2020-12). Raises Invalid, naming the variable.
    """
    for name in given:
        if name in BUILT_IN:
            raise Invalid(f"{name} is set by the engine and cannot be given", field=name)
    if len(to_json(given).encode()) > VARIABLES_BYTES:
        raise Invalid(
            f"variables must have at most {VARIABLES_BYTES} bytes as JSON", field="variables"
        )
    schemas = [document[part] for part in ("parameters", "startForm") if document.get(part)]
    declared: dict[str, Any] = {}
    for schema in schemas:
        for name, rule in schema.get("properties", {}).items():
            declared[name] = rule.get("default") if isinstance(rule, dict) else None
        check_schema(schema, given, field="variables")
    return declared | given


def check_schema(schema: dict[str, Any], value: Any, *, field: str) -> None:
    """Raises Invalid with the first place at which ``value`` does not fit ``schema``."""
    # Costs 60 ms to import and is needed only where a definition declares something.
    from jsonschema import Draft202012Validator

    problem = next(iter(Draft202012Validator(schema).iter_errors(value)), None)
    if problem is None:
        return
    place = ".".join([field, *(str(part) for part in problem.absolute_path)])
    raise Invalid(f"{place} does not fit: {_wording(problem)}", field=place)


def _wording(problem: Any) -> str:
    rule, expected = problem.validator, problem.validator_value
    if rule == "required":
        missing = [name for name in expected if name not in problem.instance]
        return f"{', '.join(missing)} is required"
    if rule == "additionalProperties":
        return "it has a property that is not declared"
    return f"the schema asks for {rule} {to_json(expected)[:200]}"
