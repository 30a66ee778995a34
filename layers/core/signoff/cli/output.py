"""What a command writes: JSON or tables to standard output, everything else to standard error."""

import json
import unicodedata
from collections.abc import Mapping, Sequence
from typing import Any

import click


def write_json(value: Any) -> None:
    """One JSON value, readable for people and programs."""
    click.echo(json.dumps(value, indent=2, ensure_ascii=False))


def write_line(value: Any) -> None:
    """One JSON value on one line, for programs that read line by line while more comes."""
    click.echo(json.dumps(value, ensure_ascii=False, separators=(",", ":")))


def say(message: str) -> None:
    """Progress or a result for people; never mixed into what a program reads."""
    click.echo(message, err=True)


def write_table(columns: Mapping[str, str], rows: Sequence[Mapping[str, Any]]) -> None:
    """``rows`` under the titles of ``columns`` (field → title), as wide as they need."""
    texts = [[_text(row.get(field)) for field in columns] for row in rows]
    lines = [list(columns.values()), *texts]
    widths = [max(_width(line[i]) for line in lines) for i in range(len(columns))]
    for line in lines:
        cells = (
            cell + " " * (width - _width(cell)) for cell, width in zip(line, widths, strict=True)
        )
        click.echo("  ".join(cells).rstrip())


def write_fields(fields: Mapping[str, Any]) -> None:
    """A thing's fields, a line each; absent ones are left out."""
    shown = {title: _text(value) for title, value in fields.items() if value is not None}
    width = max((len(title) for title in shown), default=0)
    for title, value in shown.items():
        click.echo(f"{title + ':':<{width + 1}} {value}")


def _text(value: Any) -> str:
    if value is None:
        return "-"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, list):
        return ", ".join(_text(each) for each in value) or "-"
    if isinstance(value, dict):
        return json.dumps(value, ensure_ascii=False)
    return printable(str(value))


def printable(text: str) -> str:
    """``text`` on one line: what a user typed must not move the cursor of who reads it."""
    return "".join(
        character if character.isprintable() else repr(character)[1:-1] for character in text
    )


def _width(text: str) -> int:
    # East Asian wide characters and emoji take two columns, combining marks none.
    return sum(
        0
        if unicodedata.combining(character)
        else 2
        if unicodedata.east_asian_width(character) in "WF"
        else 1
        for character in text
    )
