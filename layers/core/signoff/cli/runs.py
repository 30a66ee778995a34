"""``signoff runs``: start runs and look after them."""

import json
from pathlib import Path
from typing import Any

import click

from signoff.cli.api import connect
from signoff.cli.failures import EXIT_CODES, BadInput
from signoff.cli.options import api_options, options_of
from signoff.cli.output import say, write_fields, write_json, write_table

STATUSES = ("RUNNING", "COMPLETED", "FAILED", "CANCELLED")


@click.group()
def runs() -> None:
    """Start runs of published definitions, and look after those there are."""


@runs.command(epilog=EXIT_CODES)
@click.argument("definition")
@click.option("--var", "pairs", multiple=True, metavar="NAME=VALUE", help="A variable, as text.")
@click.option(
    "--var-json", "typed", multiple=True, metavar="NAME=JSON", help="A variable, as JSON."
)
@click.option(
    "--variables",
    "file",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="A JSON file with an object of variables; --var and --var-json win over it.",
)
@click.option("--document-ref", metavar="TEXT", help="What the run is about.")
@click.option("--actor", metavar="ID", help="Start it for this person (scope actors:assert).")
@click.option(
    "--group", "groups", multiple=True, metavar="GROUP", help="A group that person is in."
)
@api_options
@click.pass_context
def start(
    ctx: click.Context,
    definition: str,
    pairs: tuple[str, ...],
    typed: tuple[str, ...],
    file: Path | None,
    document_ref: str | None,
    actor: str | None,
    groups: tuple[str, ...],
) -> None:
    """Start a run of DEFINITION (its key or id) and show where it stands.

    Where a definition names its initiator groups, say for whom: --actor and --group.

    \b
    Examples:
      signoff runs start document-approval --document-ref contract-17.pdf \\
          --actor alice --group initiators
      signoff runs start purchase --var supplier=Acme --var-json amount=1200.50
    """
    body: dict[str, Any] = {"definition": definition, "variables": _variables(file, pairs, typed)}
    if document_ref is not None:
        body["documentRef"] = document_ref
    headers = {}
    if actor:
        headers["X-Actor-Id"] = actor
    if groups:
        headers["X-Actor-Groups"] = ",".join(groups)
    _show(ctx, connect(ctx).post("runs", body=body, headers=headers).data)


@runs.command("list", epilog=EXIT_CODES)
@click.option("--status", type=click.Choice(STATUSES, case_sensitive=False), help="Only these.")
@click.option(
    "--limit", type=click.IntRange(1, 100_000), default=50, show_default=True, help="At most."
)
@api_options
@click.pass_context
def list_(ctx: click.Context, status: str | None, limit: int) -> None:
    """List the tenant's runs, the newest start first.

    \b
    Examples:
      signoff runs list --status FAILED
      signoff runs list --limit 1000 --json | jq -r '.[].id'
    """
    wanted = status.upper() if status else None
    found = list(connect(ctx).pages("runs", at_most=limit, status=wanted))
    if options_of(ctx).as_json:
        write_json(found)
        return
    columns = {
        "id": "ID",
        "definitionKey": "DEFINITION",
        "definitionVersion": "V",
        "status": "STATUS",
        "currentState": "STATE",
        "startedAt": "STARTED",
        "documentRef": "DOCUMENT",
    }
    write_table(columns, found)
    if len(found) == limit:
        say(f"Showing {limit}; --limit shows more.")


@runs.command(epilog=EXIT_CODES)
@click.argument("run_id")
@click.option("--history", is_flag=True, help="Show what happened, oldest first, as well.")
@api_options
@click.pass_context
def show(ctx: click.Context, run_id: str, history: bool) -> None:
    """Show a run with its open tasks, and the reason if it failed.

    \b
    Example:
      signoff runs show 5b0c2f4e-8d0e-4c57-9f0a-2f4f8f7f1c11 --history
    """
    api = connect(ctx)
    run = api.get("runs", run_id).data
    entries = list(api.pages("runs", run_id, "history")) if history else None
    if options_of(ctx).as_json:
        write_json(run if entries is None else run | {"history": entries})
        return
    _show(ctx, run)
    if entries is not None:
        click.echo()
        columns = {"sequence": "#", "at": "AT", "type": "TYPE", "actor": "ACTOR"}
        write_table(columns | {"detail": "DETAIL"}, entries)


@runs.command(epilog=EXIT_CODES)
@click.argument("run_id")
@click.option("--reason", metavar="TEXT", help="Why; it is kept in the history.")
@click.option("--yes", "-y", is_flag=True, help="Do not ask.")
@api_options
@click.pass_context
def cancel(ctx: click.Context, run_id: str, reason: str | None, yes: bool) -> None:
    """Cancel a running run: its tasks are withdrawn, its sub-workflows cancelled.

    \b
    Example:
      signoff runs cancel 5b0c2f4e-8d0e-4c57-9f0a-2f4f8f7f1c11 --reason "Sent twice" --yes
    """
    if not yes:
        click.confirm(f"Cancel the run {run_id}?", abort=True, err=True)
    body = {} if reason is None else {"reason": reason}
    _show(ctx, connect(ctx).post("runs", run_id, "cancel", body=body).data)


@runs.command(epilog=EXIT_CODES)
@click.argument("run_id")
@api_options
@click.pass_context
def retry(ctx: click.Context, run_id: str) -> None:
    """Let a failed run go on from the step that failed."""
    _show(ctx, connect(ctx).post("runs", run_id, "retry", body={}).data)


@runs.command(epilog=EXIT_CODES)
@click.argument("run_id")
@click.argument("text")
@api_options
@click.pass_context
def comment(ctx: click.Context, run_id: str, text: str) -> None:
    """Add a comment to a run's history.

    \b
    Example:
      signoff runs comment 5b0c2f4e-8d0e-4c57-9f0a-2f4f8f7f1c11 "Called the supplier"
    """
    entry = connect(ctx).post("runs", run_id, "comments", body={"comment": text}).data
    if options_of(ctx).as_json:
        write_json(entry)
    else:
        say(f"Comment added as entry {entry['sequence']}.")


def _show(ctx: click.Context, run: dict[str, Any]) -> None:
    if options_of(ctx).as_json:
        write_json(run)
        return
    write_fields(
        {
            "Run": run["id"],
            "Definition": f"{run['definitionKey']} version {run['definitionVersion']}",
            "Status": run["status"],
            "State": run["currentState"],
            "Outcome": run["outcome"],
            "Document": run["documentRef"],
            "Initiator": run["initiator"],
            "Started": run["startedAt"],
            "Ended": run["endedAt"],
            "Attempt": run["attempt"] if run["attempt"] > 1 else None,
            "Error": run["error"],
        }
    )
    if run["openTasks"]:
        click.echo("Open tasks:")
        columns = {"id": "TASK", "stepId": "STEP", "status": "STATUS"}
        write_table(columns | {"owner": "OWNER", "groups": "GROUPS"}, run["openTasks"])
    if run["status"] == "FAILED":
        say(f"`signoff runs retry {run['id']}` goes on from the failed step.")


def _variables(file: Path | None, pairs: tuple[str, ...], typed: tuple[str, ...]) -> dict[str, Any]:
    variables: dict[str, Any] = {}
    if file is not None:
        try:
            read = json.loads(file.read_text(encoding="utf-8"))
        except (OSError, ValueError) as error:
            raise BadInput(f"{file} cannot be read as JSON: {error}") from error
        if not isinstance(read, dict):
            raise BadInput(f"{file} holds no object of variables.")
        variables.update(read)
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
