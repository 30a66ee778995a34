"""``signoff verify-history``: a run rebuilt from its history alone, beside the stored one."""

from typing import Any

import click

from signoff.cli.api import Api, connect
from signoff.cli.failures import EXIT_CODES, PROBLEMS
from signoff.cli.options import api_options, options_of
from signoff.cli.output import say, write_json, write_table

# A run that moves while it is read differs for a moment.
_ATTEMPTS = 3


@click.command("verify-history", epilog=EXIT_CODES)
@click.argument("run_id")
@api_options
@click.pass_context
def verify_history(ctx: click.Context, run_id: str) -> None:
    """Rebuild the run RUN_ID from its history alone, and compare with what is stored.

    Every change of a run writes one history entry in the same transaction, so both must say the
    same: status, state, outcome, attempt, generation, sequence, and each open task with its owner.

    \b
    Example:
      signoff verify-history 5b0c2f4e-8d0e-4c57-9f0a-2f4f8f7f1c11
    """
    api = connect(ctx)
    for attempt in range(1, _ATTEMPTS + 1):
        entries, differences, problems = _compare(api, run_id)
        if not differences and not problems:
            break
        if attempt < _ATTEMPTS:
            say("It differs; reading again, in case the run moved meanwhile.")
    if options_of(ctx).as_json:
        verdict = {"runId": run_id, "entries": entries, "agrees": not (differences or problems)}
        write_json(verdict | {"differences": differences, "problems": problems})
    else:
        _report(run_id, entries, differences, problems)
    if differences or problems:
        ctx.exit(PROBLEMS)


def _compare(api: Api, run_id: str) -> tuple[int, list[dict[str, Any]], list[str]]:
    """How many entries there are, the fields that differ, and the breaks in the telling."""
    # Only here: they bring the AWS client along, which no other command needs.
    from signoff.history.entry import HistoryEntry
    from signoff.history.replay import rebuild

    stored = api.get("runs", run_id).data
    entries = [
        HistoryEntry(
            tenant="",
            run_id=entry["runId"],
            sequence=entry["sequence"],
            type=entry["type"],
            at=entry["at"],
            detail=entry["detail"],
            definition_key=entry["definitionKey"],
            actor=entry["actor"],
            via=entry["via"],
        )
        for entry in api.pages("runs", run_id, "history")
        # What happened after the run was read is none of its state.
        if entry["sequence"] <= stored["sequence"]
    ]
    say(f"Read {len(entries)} entries.")
    rebuilt = rebuild(entries)
    told = {
        "status": rebuilt.status,
        "currentState": rebuilt.current_state,
        "outcome": rebuilt.outcome,
        "initiator": rebuilt.initiator,
        "documentRef": rebuilt.document_ref,
        "documentVersion": rebuilt.document_version,
        "attempt": rebuilt.attempt,
        "generation": rebuilt.generation,
        "sequence": rebuilt.sequence,
        "updatedAt": rebuilt.updated_at,
    }
    for task_id, task in rebuilt.open_tasks.items():
        told |= _task(task_id, task.step, task.status, task.owner, task.groups)
    kept = {name: stored[name] for name in told if name in stored}
    for task in stored["openTasks"]:
        kept |= _task(task["id"], task["stepId"], task["status"], task["owner"], task["groups"])
    differences = [
        {"field": name, "history": told.get(name), "stored": kept.get(name)}
        for name in sorted(told | kept)
        if told.get(name) != kept.get(name)
    ]
    return len(entries), differences, rebuilt.problems


def _task(
    task_id: str, step: str, status: str, owner: str | None, groups: list[str]
) -> dict[str, Any]:
    fields = {"step": step, "status": status, "owner": owner, "groups": list(groups)}
    return {f"task {task_id} {name}": value for name, value in fields.items()}


def _report(
    run_id: str, entries: int, differences: list[dict[str, Any]], problems: list[str]
) -> None:
    for problem in problems:
        click.echo(f"history: {problem}")
    if differences:
        columns = {"field": "FIELD", "history": "HISTORY SAYS", "stored": "STORED IS"}
        write_table(columns, differences)
    verdict = "differs from" if differences or problems else "agrees with"
    say(f"The history of {run_id} ({entries} entries) {verdict} the stored run.")
