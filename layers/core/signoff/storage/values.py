"""Python values to DynamoDB attribute values and back.

Only what the engine's items hold: str, int, bool, None, list and dict. What users send (floats,
arbitrary JSON) is stored as JSON text with ``to_json``, which keeps every number and character as
it came; DynamoDB's own number type would not. boto3 has serializers, at the price of importing it
in every cold start.
"""

import json
from collections.abc import Mapping
from typing import Any

_TYPE_ERROR = "an item holds str, int, bool, None, list and dict; store anything else with to_json"

Item = dict[str, Any]


def to_json(value: Any) -> str:
    """``value`` as compact JSON text; characters stay themselves."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def from_json(text: str) -> Any:
    """What ``to_json`` wrote."""
    return json.loads(text)


def marshal(item: Mapping[str, Any]) -> dict[str, dict[str, Any]]:
    """An item for the wire; attributes whose value is None are left out."""
    return {name: _to_wire(value) for name, value in item.items() if value is not None}


def unmarshal(item: Mapping[str, Mapping[str, Any]]) -> Item:
    """An item from the wire."""
    return {name: _from_wire(value) for name, value in item.items()}


def _to_wire(value: Any) -> dict[str, Any]:
    if value is None:
        return {"NULL": True}
    if isinstance(value, bool):
        return {"BOOL": value}
    if isinstance(value, str):
        return {"S": value}
    if isinstance(value, int):
        return {"N": str(value)}
    if isinstance(value, list | tuple):
        return {"L": [_to_wire(each) for each in value]}
    if isinstance(value, dict):
        return {"M": {name: _to_wire(each) for name, each in value.items()}}
    raise TypeError(_TYPE_ERROR)


def _from_wire(value: Mapping[str, Any]) -> Any:
    kind, content = next(iter(value.items()))
    if kind == "N":
        return int(content)
    if kind == "NULL":
        return None
    if kind == "L":
        return [_from_wire(each) for each in content]
    if kind == "M":
        return {name: _from_wire(each) for name, each in content.items()}
    return content
