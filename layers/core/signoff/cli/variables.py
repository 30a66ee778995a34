"""The variables of a run, as ``signoff runs start`` takes them."""

import json
from typing import Any

from signoff.cli.failures import BadInput
from signoff.cli.files import object_of


def variables_of(
    given: str | None, pairs: tuple[str, ...], typed: tuple[str, ...]
) -> dict[str, Any]:
    """The variables; those of ``pairs`` (text) and ``typed`` (JSON) win over ``given``.

    ``given`` is an object in JSON, the name of a file with one, or ``-``. Raises BadInput.
    """
    variables = object_of(given, "--variables") if given is not None else {}
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


def _split(pair: str) -> tuple[str, str]:
    name, equals, value = pair.partition("=")
    if not name or not equals:
        raise BadInput(f"'{pair}' is no NAME=VALUE.")
    return name, value
