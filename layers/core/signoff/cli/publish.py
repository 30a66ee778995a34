"""``signoff publish``: definitions from files to a stack."""

from dataclasses import dataclass
from typing import Any

import click

from signoff.cli.api import Api, ApiFailure, connect
from signoff.cli.failures import EXIT_CODES, PROBLEMS, USAGE
from signoff.cli.files import read_bytes, shown_name
from signoff.cli.options import api_options, options_of
from signoff.cli.output import say, write_json

# Above what the API takes, so that it is the API that refuses, and says why.
_MAX_BYTES = 16 * 1024 * 1024


@click.command(epilog=EXIT_CODES)
@click.argument(
    "files",
    nargs=-1,
    required=True,
    metavar="FILE...",
    type=click.Path(path_type=str),
)
@api_options
@click.pass_context
def publish(ctx: click.Context, files: tuple[str, ...]) -> None:
    """Publish the definitions in FILE... (YAML or JSON; `-` is standard input).

    Each becomes the newest version of its key; runs that are under way stay on theirs. What is
    already the newest version is left as it is. One with errors is not published, and the others
    are; so it is with a file that cannot be read. Definitions that call each other as
    sub-workflows can be given in any order.

    \b
    Examples:
      signoff publish statemachines/document-approval.yaml
      signoff publish processes/*.yaml --json
      generate-flow | signoff publish -
    """
    api = connect(ctx)
    # Read once and for all: standard input cannot be read again.
    given = [_given(name) for name in files]
    results = [_publish(api, each, f"{i}/{len(given)}") for i, each in enumerate(given, 1)]
    while late := _late(results):
        # What they call may have been published since.
        for i in late:
            results[i] = _publish(api, given[i], "again")
        if _late(results) == late:
            break
    if options_of(ctx).as_json:
        write_json(results)
    failed = sum(not result["published"] for result in results)
    if failed:
        say(f"{failed} of {len(files)} not published.")
        ctx.exit(USAGE if any(each.unreadable for each in given) else PROBLEMS)


@dataclass(frozen=True)
class _Given:
    """A file, or why there is none (``unreadable``)."""

    name: str
    content: bytes = b""
    unreadable: str | None = None


def _given(name: str) -> _Given:
    try:
        return _Given(shown_name(name), read_bytes(name, _MAX_BYTES))
    except OSError as error:
        return _Given(shown_name(name), unreadable=error.strerror or "it cannot be read")


def _publish(api: Api, given: _Given, progress: str) -> dict[str, Any]:
    name, content = given.name, given.content
    say(f"[{progress}] {name}")
    if given.unreadable:
        message = f"{name} cannot be read: {given.unreadable}"
        say(message)
        error = {"code": "unreadable", "message": message, "severity": "error"}
        return {"file": name, "published": False, "errors": [error]}
    media_type = "application/json" if name.endswith(".json") else "application/yaml"
    try:
        answer = api.post_bytes("definitions", content=content, media_type=media_type)
    except ApiFailure as failure:
        say(_rendered(failure.problems, name, content) or f"{name}: {failure.message}")
        return {"file": name, "published": False, "errors": failure.problems}
    definition = answer.data
    if definition["warnings"]:
        say(_rendered(definition["warnings"], name, content))
    state = "published as" if definition["created"] else "is already"
    say(f"      {definition['key']} {state} version {definition['version']}")
    return {"file": name, "published": True, "definition": definition}


def _late(results: list[dict[str, Any]]) -> list[int]:
    """Which results may be better the next time: none where nothing at all was published."""
    if not any(result["published"] for result in results):
        return []
    return [i for i, result in enumerate(results) if _lacks_another(result)]


def _lacks_another(result: dict[str, Any]) -> bool:
    """Whether all that is wrong is that it calls a definition which is not there yet."""
    codes = {error["code"] for error in result.get("errors", ()) if error["severity"] == "error"}
    return bool(codes) and codes <= {"unknown-definition", "unknown-version"}


def _rendered(problems: list[dict[str, Any]], name: str, content: bytes) -> str:
    """The problems as ``signoff check`` shows them; empty where the API gave no places."""
    from signoff.cli.reported import reported
    from signoff.definition.problems import Source
    from signoff.definition.rendering import render_text

    source = Source(name, content.decode("utf-8-sig", errors="replace"))
    return render_text(reported(problems), source).rstrip("\n")
