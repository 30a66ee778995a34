"""``signoff publish``: definitions from files to a stack."""

from pathlib import Path
from typing import Any

import click

from signoff.cli.api import Api, ApiFailure, connect
from signoff.cli.failures import EXIT_CODES, PROBLEMS, BadInput
from signoff.cli.options import api_options, options_of
from signoff.cli.output import say, write_json


@click.command(epilog=EXIT_CODES)
@click.argument(
    "files",
    nargs=-1,
    required=True,
    metavar="FILE...",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
)
@api_options
@click.pass_context
def publish(ctx: click.Context, files: tuple[Path, ...]) -> None:
    """Publish the definitions in FILE... (YAML or JSON).

    Each becomes the newest version of its key; runs that are under way stay on theirs. What is
    already the newest version is left as it is. One with errors is not published, and the others
    are. Definitions that call each other as sub-workflows can be given in any order.

    \b
    Examples:
      signoff publish statemachines/document-approval.yaml
      signoff publish processes/*.yaml --json
    """
    api = connect(ctx)
    results = [_publish(api, path, f"{i}/{len(files)}") for i, path in enumerate(files, 1)]
    while late := _late(results):
        # What they call may have been published since.
        for i in late:
            results[i] = _publish(api, files[i], "again")
        if _late(results) == late:
            break
    if options_of(ctx).as_json:
        write_json(results)
    failed = sum(not result["published"] for result in results)
    if failed:
        say(f"{failed} of {len(files)} not published.")
        ctx.exit(PROBLEMS)


def _publish(api: Api, path: Path, progress: str) -> dict[str, Any]:
    say(f"[{progress}] {path}")
    try:
        content = path.read_bytes()
    except OSError as error:
        raise BadInput(f"{path} cannot be read: {error.strerror}") from error
    media_type = "application/json" if path.suffix == ".json" else "application/yaml"
    try:
        answer = api.post_bytes("definitions", content=content, media_type=media_type)
    except ApiFailure as failure:
        say(_rendered(failure.problems, path, content) or f"{path}: {failure.message}")
        return {"file": str(path), "published": False, "errors": failure.problems}
    definition = answer.data
    if definition["warnings"]:
        say(_rendered(definition["warnings"], path, content))
    state = "published as" if definition["created"] else "is already"
    say(f"      {definition['key']} {state} version {definition['version']}")
    return {"file": str(path), "published": True, "definition": definition}


def _late(results: list[dict[str, Any]]) -> list[int]:
    """Which results may be better the next time: none where nothing at all was published."""
    if not any(result["published"] for result in results):
        return []
    return [i for i, result in enumerate(results) if _lacks_another(result)]


def _lacks_another(result: dict[str, Any]) -> bool:
    """Whether all that is wrong is that it calls a definition which is not there yet."""
    codes = {error["code"] for error in result.get("errors", ()) if error["severity"] == "error"}
    return bool(codes) and codes <= {"unknown-definition", "unknown-version"}


def _rendered(problems: list[dict[str, Any]], path: Path, content: bytes) -> str:
    """The problems as ``signoff check`` shows them; empty where the API gave no places."""
    from signoff.cli.reported import reported
    from signoff.definition.problems import Source
    from signoff.definition.rendering import render_text

    source = Source(str(path), content.decode("utf-8-sig", errors="replace"))
    return render_text(reported(problems), source).rstrip("\n")
