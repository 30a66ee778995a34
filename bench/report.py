"""The figures as a table for people and as JSON for programs."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from bench import machine
from bench.figure import Figure, Value


def document(figures: Sequence[Figure], *, quick: bool, began: datetime) -> dict[str, Any]:
    """Everything that was measured, and on what."""
    return {
        "measured_at": began.astimezone(UTC).isoformat(timespec="seconds"),
        "quick": quick,
        "machine": machine.machine(),
        "versions": machine.versions(),
        "commit": machine.commit(),
        "holds": all(figure.holds for figure in figures),
        "figures": [
            {
                "name": figure.name,
                "title": figure.title,
                "measured_on": figure.measured_on,
                "seconds": round(figure.seconds, 1),
                "load": figure.load,
                "holds": figure.holds,
                "error": figure.error,
                "values": [_plain(value) for value in figure.values],
            }
            for figure in figures
        ],
    }


def write(path: Path, content: dict[str, Any]) -> None:
    """Write the JSON, at once: a reader sees the former one or this one."""
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_suffix(path.suffix + ".tmp")
    draft.write_text(json.dumps(content, indent=2, ensure_ascii=False) + "\n", "utf-8")
    draft.replace(path)


def table(content: dict[str, Any]) -> str:
    """The document as text: what it was measured on, then a block per figure."""
    where, made = content["machine"], content["versions"]
    changed = " with changes" if content["commit"]["changed"] else ""
    lines = [
        f"{content['measured_at']}  commit {(content['commit']['id'] or 'unknown')[:12]}{changed}"
        + ("  QUICK: smaller counts" if content["quick"] else ""),
        f"{where['processor']}, {where['cores']} cores, {where['memory_gb']} GB, "
        f"{where['system']}, Python {where['python']}",
        ", ".join(f"{name} {found}" for name, found in made.items() if found),
    ]
    for figure in content["figures"]:
        lines += ["", f"{figure['name']}: {figure['title']}"]
        lines.append(
            f"  on {figure['measured_on']}; took {figure['seconds']} s, load {figure['load']}"
        )
        if figure["error"]:
            lines.append(f"  NOT MEASURED: {figure['error']}")
        lines += _columns(_row(value) for value in figure["values"])
    failed = [figure["name"] for figure in content["figures"] if not figure["holds"]]
    lines += ["", f"FAILS: {', '.join(failed)}" if failed else "Every count that must hold does."]
    return "\n".join(lines)


def _plain(value: Value) -> dict[str, Any]:
    return {**asdict(value), "verdict": value.verdict}


def _row(value: dict[str, Any]) -> tuple[str, str, str, str, str]:
    more = ", ".join(f"{name} {found}" for name, found in value["more"].items())
    shown = f"{value['value']:,}" if isinstance(value["value"], int | float) else value["value"]
    return (
        value["label"],
        f"{shown} {value['unit']}".strip(),
        value["promised"],
        value["verdict"],
        more,
    )


def _columns(rows: Iterable[tuple[str, ...]]) -> list[str]:
    listed = list(rows)
    widths = [max((len(row[i]) for row in listed), default=0) for i in range(4)]
    lines = []
    for label, value, promised, verdict, more in listed:
        cells = (
            label.ljust(widths[0]),
            value.rjust(widths[1]),
            promised.ljust(widths[2]),
            verdict.ljust(widths[3]),
            more,
        )
        lines.append(("  " + "  ".join(cells)).rstrip())
    return lines
