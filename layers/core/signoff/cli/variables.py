"""The variables of a run, as ``signoff runs start`` takes them."""

import json
from typing import Any

from signoff.cli.failures import BadInput
from signoff.cli.files import read_bytes, shown_name

# Far above what the API takes in a body, so that it is the API that refuses, and says why.
_MAX_BYTES = 16 * 1024 * 1024


def variables_of(
    given: str | None, pairs: tuple[str, ...], typed: tuple[str, ...]
) -> dict[str, Any]:
    """The variables; those of ``pairs`` (text) and ``typed`` (JSON) win over ``given``.

    ``given`` is an object in JSON, the name of a file with one, or ``-``. Raises BadInput.
    """
    variables = _object(given) if given is not None else {}
    for pair in pairs:
        name, value = _split(pair)
        variables[name] = value
    for pair in typed:
        name, text = _split(pair)
        try:
            variables[name] = json.loads(text)
        except ValueError as error:
            raise BadInput(f"--var-json {name}: '{text}' is no JSON.", "Text goes in --var.") from (
                error
            )
    return variables


def _object(given: str) -> dict[str, Any]:
    inline = given.lstrip().startswith("{")
    place = "--variables" if inline else shown_name(given)
    try:
        read = json.loads(given if inline else read_bytes(given, _MAX_BYTES))
    except OSError as error:
        raise BadInput(
            f"{place} cannot be read: {error.strerror}.",
            "--variables takes a file, '-' for standard input, or JSON that begins with '{'.",
        ) from error
    except ValueError as error:
        raise BadInput(f"{place} cannot be read as JSON: {error}") from error
    if not isinstance(read, dict):
        raise BadInput(f"{place} holds no object of variables.")
    return read


def _split(pair: str) -> tuple[str, str]:
    name, equals, value = pair.partition("=")
    if not name or not equals:
        raise BadInput(f"'{pair}' is no NAME=VALUE.")
    return name, value
