"""Files that a command is given by name, where ``-`` is standard input."""

import json
from pathlib import Path
from typing import Any

import click

from signoff.cli.failures import BadInput

STDIN = "-"

# Far above what the API takes in a body, so that it is the API that refuses, and says why.
_MAX_BYTES = 16 * 1024 * 1024


def read_bytes(name: str, at_most: int) -> bytes:
    """The first ``at_most`` bytes of a file. Raises OSError."""
    if name == STDIN:
        return click.get_binary_stream("stdin").read(at_most)
    with Path(name).open("rb") as file:
        return file.read(at_most)


def shown_name(name: str) -> str:
    """What messages call the file."""
    return "<stdin>" if name == STDIN else name


def object_of(given: str, option: str) -> dict[str, Any]:
    """The object that ``option`` was given: in JSON, as the name of a file with one, or ``-``.

    Raises BadInput.
    """
    inline = given.lstrip().startswith("{")
    place = option if inline else shown_name(given)
    try:
        read = json.loads(given if inline else read_bytes(given, _MAX_BYTES))
    except OSError as error:
        raise BadInput(
            f"{place} cannot be read: {error.strerror}.",
            f"{option} takes a file, '-' for standard input, or JSON that begins with '{{'.",
        ) from error
    except ValueError as error:
        raise BadInput(f"{place} cannot be read as JSON: {error}") from error
    if not isinstance(read, dict):
        raise BadInput(f"{place} holds no JSON object.")
    return read
