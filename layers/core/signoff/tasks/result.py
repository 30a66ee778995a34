"""What a human step tells its machine when it closes."""

from typing import Any

from signoff.storage.values import to_json
from signoff.tasks.model import Step, Task

# Step Functions takes 256 KiB as a token's output, and a step's item in DynamoDB 400 KiB; beyond
# this many bytes the decisions lose their comments and data (history has them in full).
MAX_RESULT_BYTES = 128 * 1024


def step_output(step: Step, outcome: str | None, tasks: list[Task]) -> dict[str, Any]:
    """``{"path", "outcome", "result"}``; ``outcome`` None means ``otherwise``.

    ``result`` is the step's variable: outcome, comment, data and actor of the decision that closed
    the step, and all decisions in the order in which they were made.
    """
    decided = sorted(
        (task for task in tasks if task.status == "COMPLETED"),
        key=lambda task: (task.decided_at or "", task.ordinal),
    )
    last = [task for task in decided if outcome is None or task.outcome == outcome][-1]
    decisions = [_decision(task) for task in decided]
    result = {
        "outcome": outcome,
        "comment": last.comment,
        "data": last.data,
        "actor": last.owner,
        "decisions": decisions,
    }
    if len(to_json(result).encode()) > MAX_RESULT_BYTES:
        result["decisions"] = [
            {name: value for name, value in each.items() if name not in ("comment", "data")}
            for each in decisions
        ]
    return {"path": step.path, "outcome": outcome, "result": result}


def _decision(task: Task) -> dict[str, Any]:
    return {
        "actor": task.owner,
        "outcome": task.outcome,
        "comment": task.comment,
        "data": task.data,
        "at": task.decided_at,
    }
