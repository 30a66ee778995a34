"""What a human step tells its machine when it closes."""

from typing import Any

from signoff.storage.values import to_json
from signoff.tasks.model import Step, Task

# A machine carries 256 KiB, and the results of all its steps with it; beyond this many bytes the
# decisions lose their comments and data (history has them in full).
MAX_RESULT_BYTES = 32 * 1024


def step_output(step: Step, outcome: str | None, tasks: list[Task]) -> dict[str, Any]:
    """``{"path", "outcome", "result"}``; ``outcome`` None means ``otherwise``.

    ``result`` is the step's variable: outcome, comment, data and actor of the decision that closed
    the step, and all decisions in the order in which they were made.
    """
    decided = sorted(
        (task for task in tasks if task.status == "COMPLETED" and task.rework_of is None),
        key=lambda task: (task.decided_at or "", task.ordinal),
    )
    last = [task for task in decided if outcome is None or task.outcome == outcome][-1]
    decisions = [_decision(task) for task in decided]
    if len(decisions) == 1:  # its comment and data stand beside already
        decisions = [_bare(decisions[0])]
    result = {
        "outcome": outcome,
        "comment": last.comment,
        "data": last.data,
        "actor": last.decided_by or last.owner,
        "decisions": decisions,
    }
    if len(to_json(result).encode()) > MAX_RESULT_BYTES:
        result["decisions"] = [_bare(each) for each in decisions]
    return {"path": step.path, "outcome": outcome, "result": result}


def _bare(decision: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in decision.items() if name not in ("comment", "data")}


def _decision(task: Task) -> dict[str, Any]:
    return {
        "actor": task.decided_by or task.owner,
        "outcome": task.outcome,
        "comment": task.comment,
        "data": task.data,
        "at": task.decided_at,
    }
