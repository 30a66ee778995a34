"""``signoff runs``: start runs and look after them."""

from typing import Any

import click

from signoff.cli.answers import show_done, show_things
from signoff.cli.api import connect
from signoff.cli.failures import EXIT_CODES, PROBLEMS, Refused
from signoff.cli.moment import MOMENT
from signoff.cli.options import api_options, asks_first, limit_option, options_of
from signoff.cli.output import say, write_json, write_table
from signoff.cli.shown_run import cancel_reason, write_run
from signoff.cli.variables import variables_of
from signoff.cli.watch import watch

STATUSES = ("RUNNING", "COMPLETED", "FAILED", "CANCELLED")


@click.group()
@api_options
def runs() -> None:
    """Start runs of published definitions, and look after those there are."""


runs.add_command(watch)


@runs.command(epilog=EXIT_CODES)
@click.argument("definition")
@click.option("--var", "pairs", multiple=True, metavar="NAME=VALUE", help="A variable, as text.")
@click.option(
    "--var-json", "typed", multiple=True, metavar="NAME=JSON", help="A variable, as JSON."
)
@click.option(
    "--variables",
    "given",
    metavar="JSON|FILE|-",
    help="An object of variables: as JSON ('{…}'), in a file, or on standard input; --var and "
    "--var-json win over it.",
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
    given: str | None,
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
      signoff runs start expense --variables '{"amount": 1200}'
    """
    body: dict[str, Any] = {"definition": definition}
    body["variables"] = variables_of(given, pairs, typed)
    if document_ref is not None:
        body["documentRef"] = document_ref
    headers = {}
    if actor:
        headers["X-Actor-Id"] = actor
    if groups:
        headers["X-Actor-Groups"] = ",".join(groups)
    try:
        run = connect(ctx).post("runs", body=body, headers=headers).data
    except Refused as refusal:
        if "initiator group" in refusal.message:  # nothing is wrong with the key
            refusal.hint = (
                "Say for whom: --actor NAME --group GROUP.  "
                f"`signoff definitions show {definition}` names the groups."
            )
        raise
    _show_moved(ctx, run)


@runs.command("list", epilog=EXIT_CODES)
@click.option("--definition", metavar="KEY|ID", help="Only runs of this definition.")
@click.option("--status", type=click.Choice(STATUSES, case_sensitive=False), help="Only these.")
@click.option("--initiator", metavar="USER", help="Only what this person started.")
@click.option(
    "--started-after", type=MOMENT, help="Not before: 2027-01-31T00:00:00Z, or 30m, 24h, 7d."
)
@click.option("--started-before", type=MOMENT, help="Before it, written like --started-after.")
@limit_option
@api_options
@click.pass_context
def list_(
    ctx: click.Context,
    definition: str | None,
    status: str | None,
    initiator: str | None,
    started_after: str | None,
    started_before: str | None,
    limit: int,
) -> None:
    """List the tenant's runs, the newest start first; an initiator's, the newest change first.

    \b
    Examples:
      signoff runs list --status FAILED
      signoff runs list --definition document-approval --started-after 7d
      signoff runs list --limit 1000 --json | jq -r '.[].id'
    """
    wanted = {
        "definition": definition,
        "status": status.upper() if status else None,
        "initiator": initiator,
        "startedAfter": started_after,
        "startedBefore": started_before,
    }
    found = list(connect(ctx).pages("runs", at_most=limit, **wanted))
    columns = {
        "id": "ID",
        "definitionKey": "DEFINITION",
        "definitionVersion": "V",
        "status": "STATUS",
        "currentState": "STATE",
        "startedAt": "STARTED",
        "documentRef": "DOCUMENT",
    }
    show_things(ctx, found, columns, limit=limit)


@runs.command(epilog=EXIT_CODES)
@click.argument("run_id")
@click.option("--history", is_flag=True, help="Show what happened, oldest first, as well.")
@api_options
@click.pass_context
def show(ctx: click.Context, run_id: str, history: bool) -> None:
    """Show a run: what it waits for, its result, and why it failed or was cancelled.

    \b
    Example:
      signoff runs show 5b0c2f4e-8d0e-4c57-9f0a-2f4f8f7f1c11 --history
    """
    api = connect(ctx)
    run = api.get("runs", run_id).data
    as_json = options_of(ctx).as_json
    # Why a run was cancelled is in its history alone.
    told = history or (run["status"] == "CANCELLED" and not as_json)
    entries = list(api.pages("runs", run_id, "history")) if told else []
    if as_json:
        write_json(run | {"history": entries} if history else run)
        return
    write_run(run, cancel_reason(entries))
    if history:
        click.echo()
        columns = {"sequence": "#", "at": "AT", "type": "TYPE", "actor": "ACTOR"}
        write_table(columns | {"detail": "DETAIL"}, entries)


@runs.command(epilog=EXIT_CODES)
@click.argument("run_id")
@click.option("--reason", metavar="TEXT", help="Why; it is kept in the history.")
@asks_first("Cancel the run {run_id}?")
@api_options
@click.pass_context
def cancel(ctx: click.Context, run_id: str, reason: str | None) -> None:
    """Cancel a running run: its tasks are withdrawn, its sub-workflows cancelled.

    \b
    Example:
      signoff runs cancel 5b0c2f4e-8d0e-4c57-9f0a-2f4f8f7f1c11 --reason "Sent twice" --yes
    """
    body = {} if reason is None else {"reason": reason}
    _show(ctx, connect(ctx).post("runs", run_id, "cancel", body=body).data, reason)


@runs.command(epilog=EXIT_CODES)
@click.argument("run_id")
@api_options
@click.pass_context
def retry(ctx: click.Context, run_id: str) -> None:
    """Let a failed run go on from the step that failed."""
    _show_moved(ctx, connect(ctx).post("runs", run_id, "retry", body={}).data)


@runs.command(epilog=EXIT_CODES)
@click.argument("run_id")
@click.argument("step")
@click.option("--reason", metavar="TEXT", help="Why; it is kept in the history.")
@api_options
@click.pass_context
def move(ctx: click.Context, run_id: str, step: str, reason: str | None) -> None:
    """Send a running or failed run to STEP of its definition, with the variables it has.

    What it waits for is taken back: its tasks are withdrawn, its sub-workflows cancelled.

    \b
    Example:
      signoff runs move 5b0c2f4e-8d0e-4c57-9f0a-2f4f8f7f1c11 Review --reason "Carl is ill"
    """
    _send(ctx, run_id, "move", {"step": step, "reason": reason})


@runs.command(epilog=EXIT_CODES)
@click.argument("run_id")
@click.option("--reason", metavar="TEXT", help="Why; it is kept in the history.")
@asks_first("Restart the run {run_id}?")
@api_options
@click.pass_context
def restart(ctx: click.Context, run_id: str, reason: str | None) -> None:
    """Let a run begin again with the variables of its start, even one that has ended.

    \b
    Example:
      signoff runs restart 5b0c2f4e-8d0e-4c57-9f0a-2f4f8f7f1c11 --reason "Wrong file" --yes
    """
    _send(ctx, run_id, "restart", {"reason": reason})


@runs.command(epilog=EXIT_CODES)
@click.argument("run_id")
@click.option("--reason", metavar="TEXT", required=True, help="Why; it is kept in the history.")
@api_options
@click.pass_context
def reverse(ctx: click.Context, run_id: str, reason: str) -> None:
    """Reverse a rejection: the step that rejected the run asks anew.

    \b
    Example:
      signoff runs reverse 5b0c2f4e-8d0e-4c57-9f0a-2f4f8f7f1c11 --reason "Rejected by mistake"
    """
    _send(ctx, run_id, "reverse", {"reason": reason})


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
    show_done(ctx, entry, f"Comment added as entry {entry['sequence']}.")


def _show(ctx: click.Context, run: dict[str, Any], reason: str | None = None) -> None:
    if options_of(ctx).as_json:
        write_json(run)
    else:
        write_run(run, reason)


def _send(ctx: click.Context, run_id: str, how: str, body: dict[str, Any]) -> None:
    given = {name: value for name, value in body.items() if value is not None}
    _show_moved(ctx, connect(ctx).post("runs", run_id, how, body=given).data)


def _show_moved(ctx: click.Context, run: dict[str, Any]) -> None:
    """Show a run that was to go on; that it failed at once is a problem of the command, too."""
    _show(ctx, run)
    if run["status"] == "FAILED":
        say("The run failed.")
        ctx.exit(PROBLEMS)
