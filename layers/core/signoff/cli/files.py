"""Files that a command is given by name, where ``-`` is standard input."""

from pathlib import Path

import click

STDIN = "-"


def read_bytes(name: str, at_most: int) -> bytes:
    """The first ``at_most`` bytes of a file. Raises OSError."""
    if name == STDIN:
        return click.get_binary_stream("stdin").read(at_most)
    with Path(name).open("rb") as file:
        return file.read(at_most)


def shown_name(name: str) -> str:
    """What messages call the file."""
    return "<stdin>" if name == STDIN else name
