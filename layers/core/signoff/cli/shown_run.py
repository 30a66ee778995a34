"""A run as ``signoff runs`` shows it to people."""

from typing import Any

import click

from signoff.cli.output import say, write_fields, write_table


def write_run(run: dict[str, Any], reason: str | None = None) -> None:
    """The run's fields, what it waits for, and what can be done if it failed.

    ``reason`` is why it was cancelled.
    """
    write_fields(
        {
            "Run": run["id"],
            "Definition": f"{run['definitionKey']} version {run['definitionVersion']}",
            "Status": run["status"],
            "State": run["currentState"],
            "Outcome": run["outcome"],
            "Result": run["result"],
            "Document": run["documentRef"],
            "Initiator": run["initiator"],
            "Parent": run["parent"],
            "Started": run["startedAt"],
            "Ended": run["endedAt"],
            "Urgency": run["urgency"],
            "Takes up": run["previousRunId"],
            "Taken up by": run["nextRunId"],
            "Generation": run["generation"] if run["generation"] > 1 else None,
            "Attempt": run["attempt"] if run["attempt"] > 1 else None,
            "Reason": reason,
            "Error": _error(run["error"]),
        }
    )
    if run["openTasks"]:
        click.echo("Open tasks:")
        columns = {"id": "TASK", "stepId": "STEP", "status": "STATUS"}
        write_table(columns | {"owner": "OWNER", "groups": "GROUPS"}, run["openTasks"])
    if run["subRuns"]:
        click.echo("Waits for:")
        write_table({"runId": "RUN", "stepId": "STEP"}, run["subRuns"])
    if run["status"] == "FAILED":
        say(f"`signoff runs retry {run['id']}` goes on from the failed step; `move` from another.")


def cancel_reason(entries: list[dict[str, Any]]) -> str | None:
    """Why the run with this history was cancelled; None where nobody said."""
    reasons = [entry["detail"]["reason"] for entry in entries if entry["type"] == "run.cancelled"]
    return reasons[-1] if reasons else None


def _error(error: dict[str, Any] | None) -> str | None:
    if error is None:
        return None
    message = error.get("cause") or error.get("error") or "no reason was given"
    step = error.get("step")
    return f"step {step}: {message}" if step else str(message)
