"""Definitions as data, small enough to read at a glance."""

import copy
from typing import Any

import yaml

APPROVAL: dict[str, Any] = {
    "key": "purchase",
    "name": "Purchase 🛒",
    "description": "Somebody looks at it.",
    "category": "finance",
    "initiators": {"groups": ["buyers"]},
    "steps": [
        {
            "id": "Review",
            "type": "approval",
            "config": {
                "candidates": {"groups": ["controllers"]},
                "outcomes": {"APPROVE": {"next": "Done"}, "REJECT": {"next": "Refused"}},
            },
        },
        {"id": "Done", "type": "end", "config": {"outcome": "APPROVED"}},
        {"id": "Refused", "type": "end", "config": {"outcome": "REJECTED"}},
    ],
}


def approval(**changes: Any) -> bytes:
    """The approval as YAML, with fields of its head replaced."""
    return as_yaml(copy.deepcopy(APPROVAL) | changes)


def calling(key: str, version: int | None = None, own_key: str = "caller") -> bytes:
    """A definition whose only step is the sub-workflow ``key``."""
    config: dict[str, Any] = {"definition": key}
    if version is not None:
        config["version"] = version
    steps = [{"id": "Sub", "type": "workflow", "config": config}]
    return as_yaml({"key": own_key, "name": "Caller", "steps": steps})


def as_yaml(document: dict[str, Any]) -> bytes:
    """The document as a file would have it."""
    return yaml.safe_dump(document, sort_keys=False, allow_unicode=True).encode()
