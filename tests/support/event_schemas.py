"""Events are what their schemas in contracts/events say."""

from __future__ import annotations

import json
from collections.abc import Iterable
from functools import lru_cache
from typing import Any

import jsonschema_rs

from signoff.contracts.events.formats import FORMATS
from signoff.contracts.events.happened import Happened
from tests.support import sam


@lru_cache
def _validator(format_: str) -> Any:
    path = sam.ROOT / "contracts" / "events" / f"{format_}.schema.json"
    schema = json.loads(path.read_text(encoding="utf-8"))
    return jsonschema_rs.Draft202012Validator(schema, validate_formats=True)


def broken(format_: str, event: dict[str, Any]) -> list[str]:
    """What is wrong with an event of that format."""
    return [
        f"{event.get('type')} {'/'.join(map(str, error.instance_path))}: {error.message}"
        for error in _validator(format_).iter_errors(event)
    ]


def check_events(entries: Iterable[Happened]) -> None:
    """Each entry is, in each format, an event that its schema knows."""
    for entry in entries:
        for format_ in FORMATS.values():
            problems = broken(format_.name, format_.render(entry))
            assert not problems, problems
