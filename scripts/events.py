"""Writes the JSON Schemas of the events, and the table of them in docs/events.md.

    python scripts/events.py            write contracts/events/*.schema.json and docs/events.md
    python scripts/events.py --check    exit 1 where what is written is not what would be

Types and names come from the one table (``signoff.contracts.events.catalog``).
"""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT)]

from scripts.event_fields import ALWAYS, FIELDS, FLOW_DATA, LONG  # noqa: E402 - set above

from signoff.contracts.events.catalog import NEVER_SENT, ROWS, Row  # noqa: E402

Schema = dict[str, Any]

PAGE = ROOT / "docs" / "events.md"
BEGIN, END = "<!-- written by scripts/events.py -->\n", "<!-- end -->\n"
_DRAFT = "https://json-schema.org/draft/2020-12/schema"


def main() -> int:
    """Write the files, or compare them; 0 when all is well."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--check", action="store_true", help="write nothing, fail on a difference")
    options = parser.parse_args()
    if options.check:
        stale = [path for path, text in files() if _written(path) != text]
        for path in stale:
            print(f"{path.relative_to(ROOT)} is not what the code says: run scripts/events.py")
        return 1 if stale else 0
    for path, text in files():
        path.write_text(text, encoding="utf-8")
    return 0


def files() -> list[tuple[Path, str]]:
    """Each file and what belongs into it."""
    folder = ROOT / "contracts" / "events"
    page = PAGE.read_text(encoding="utf-8")
    before, _, rest = page.partition(BEGIN)
    return [
        (folder / "papyrus.schema.json", _json(papyrus_schema())),
        (folder / "cloudevents.schema.json", _json(cloudevents_schema())),
        (PAGE, f"{before}{BEGIN}\n{table()}\n{END}{rest.partition(END)[2]}"),
    ]


def _written(path: Path) -> str | None:
    return path.read_text(encoding="utf-8") if path.exists() else None


def table() -> str:
    """Which entry is which event in which format, and what its data has, as Markdown."""
    lines = [
        "| entry of history | `papyrus` | `cloudevents` | when | data (`papyrus`) |",
        "|---|---|---|---|---|",
    ]
    for row in ROWS:
        names = ", ".join(f"`{name}`" for name in row.data)
        lines.append(
            f"| `{row.entry}` | `{row.papyrus}` | `{row.cloudevents}` | {row.about} | {names} |"
        )
    promised = ", ".join(f"`{name}`" for name in sorted(NEVER_SENT))
    lines += ["", f"Taken in `eventTypes`, and not sent by anything yet: {promised}.", ""]
    return "\n".join(lines)


def kind_of(row: Row) -> str:
    """What an entry is about: a run, a document or settings."""
    if row.papyrus.startswith("workflow."):
        return "run"
    return "document" if row.papyrus.startswith("document.") else "settings"


def papyrus_schema() -> Schema:
    """The schema of the Approvals API's envelope."""
    return {
        "$schema": _DRAFT,
        "title": "An event in the Approvals API's envelope",
        "description": "More types and more names in the data are to be expected.",
        "type": "object",
        "required": ["id", "type", "createdAt", "tenantId", "tenantSlug", "data"],
        "properties": {
            "id": {
                "type": "string",
                "pattern": "^evt_[0-9a-f]{32}$",
                "description": "The same however often the event is sent; also webhook-id",
            },
            "type": {"type": "string", "examples": sorted({row.papyrus for row in ROWS})},
            "createdAt": {"type": "string", "format": "date-time"},
            "tenantId": {"type": "string", "format": "uuid"},
            "tenantSlug": {"type": "string"},
            "sequence": {
                "type": "integer",
                "minimum": 1,
                "description": "Counts up without a gap within the instance or the document",
            },
            "data": {"type": "object", "required": ["actorUserId"]},
        },
        "allOf": [_when("type", name, _papyrus_data(rows)) for name, rows in _by_type().items()],
        "$defs": FIELDS,
    }


def _refer(name: str) -> Schema:
    return {"$ref": f"#/$defs/{name}"}


def _by_type() -> dict[str, list[Row]]:
    found: dict[str, list[Row]] = {}
    for row in ROWS:
        found.setdefault(row.papyrus, []).append(row)
    return found


def _papyrus_data(rows: list[Row]) -> Schema:
    """What follows for an event of a type, which one or several entries can be."""
    kind = kind_of(rows[0])
    always = set.intersection(*({*row.data} - row.optional for row in rows)) - LONG
    names = dict.fromkeys([*ALWAYS[kind], *(name for row in rows for name in row.data)])
    required = [name for name in names if name in always or name in ALWAYS[kind]]
    data = {
        "required": required,
        "properties": {name: _refer(name) for name in (*names, "truncated")},
    }
    schema: Schema = {"properties": {"data": data}}
    if kind != "settings":
        schema["required"] = ["sequence"]
    return schema


def cloudevents_schema() -> Schema:
    """The schema of CloudEvents 1.0 in structured mode, as the bus and webhooks carry them."""
    attribute = {"type": "string", "minLength": 1}
    flow = [
        _when(
            "type",
            name,
            {
                "required": ["sequence", "correlationid", "subject"],
                "properties": {
                    "data": _closed({"flowId": {"type": "string", "format": "uuid"}} | data)
                },
            },
        )
        for name, data in FLOW_DATA.items()
    ]
    types = sorted(row.cloudevents for row in ROWS)
    return {
        "$schema": _DRAFT,
        "title": "An event as a CloudEvent 1.0 in structured mode",
        "description": "The types dev.wrkflw.* have exactly the Flow API's data; of the others, "
        "dev.signoff.*, more types and more names in the data are to be expected.",
        "type": "object",
        "required": ["specversion", "id", "source", "type", "time", "tenant", "data"],
        "properties": {
            "specversion": {"const": "1.0"},
            "id": {"type": "string", "format": "uuid"},
            "source": {"type": "string", "format": "uri-reference", "minLength": 1},
            "type": {"type": "string", "examples": types},
            "subject": {**attribute, "description": "The flow, the document, or what was changed"},
            "time": {"type": "string", "format": "date-time"},
            "datacontenttype": {"const": "application/json"},
            "tenant": {**attribute, "description": "The tenant's slug"},
            "sequence": {
                "type": "string",
                "pattern": "^[0-9]{10}$",
                "description": "Counts up without a gap within the flow or the document",
            },
            "correlationid": {**attribute, "description": "The flow or the document"},
            "dueat": {
                "type": "string",
                "format": "date-time",
                "description": "When the task is due that the event is about",
            },
            "data": {"type": "object"},
        },
        "patternProperties": {"^(?!data$)[a-z0-9]{1,20}$": {"type": "string"}},
        "allOf": flow,
    }


def _closed(properties: dict[str, Schema]) -> Schema:
    """An object of exactly these names; of one that was too large, what is short."""
    return {
        "required": [name for name in properties if name not in LONG],
        "properties": {**properties, "truncated": FIELDS["truncated"]},
        "additionalProperties": False,
    }


def _when(name: str, value: str, then: Schema) -> Schema:
    return {"if": {"properties": {name: {"const": value}}}, "then": then}


def _json(schema: Schema) -> str:
    return json.dumps(schema, indent=2, ensure_ascii=False) + "\n"


if __name__ == "__main__":
    sys.exit(main())
