"""Nudges: telling Step Functions what DynamoDB already knows.

Every nudge is idempotent and may be made by anyone at any time: by the command that caused it, by
the outbox worker, by the sweep (design rule 2).
"""

import logging
from collections.abc import Callable
from typing import Any

from botocore.exceptions import ClientError

from signoff.runs.checkpoint import Checkpoint, read_checkpoint
from signoff.runs.model import Run
from signoff.storage.clients import client
from signoff.storage.values import to_json
from signoff.tasks.model import Step

_log = logging.getLogger(__name__)

# The token has been used, or its execution is gone.
_TOKEN_GONE = frozenset({"TaskTimedOut", "TaskDoesNotExist", "InvalidToken"})

MACHINE_FAILURE = "ChildFailed"


def execution_arn(run: Run) -> str:
    """The ARN of the execution that the run's present attempt has or will have."""
    head, _, rest = (run.resume_arn or run.machine_arn).partition(":stateMachine:")
    return f"{head}:execution:{rest.split(':')[0]}:{execution_name(run)}"


def execution_name(run: Run) -> str:
    """``<run id>-<attempt>``: one attempt has at most one execution (design rule 5)."""
    return f"{run.run_id}-{run.attempt}"


def start_execution(run: Run, checkpoint: Checkpoint | None = None) -> bool:
    """Start the run's present attempt. False when an execution of that name already exists.

    ``checkpoint`` saves reading it, where the caller has just written it.
    """
    checkpoint = checkpoint or read_checkpoint(run)
    scope = checkpoint.scope | {"run": checkpoint.scope["run"] | _of_run(run)}
    if checkpoint.resume_at is not None:
        scope["resumeAt"] = checkpoint.resume_at
    try:
        client("stepfunctions").start_execution(
            stateMachineArn=run.resume_arn or run.machine_arn,
            name=execution_name(run),
            input=to_json(scope),
        )
    except ClientError as error:
        if error.response["Error"]["Code"] == "ExecutionAlreadyExists":
            return False
        raise
    return True


def _of_run(run: Run) -> dict[str, Any]:
    """What an execution is told of the run that changes from one to the next."""
    told: dict[str, Any] = {"attempt": run.attempt}
    return told | {"generation": run.generation} if run.generation > 1 else told


def stop_execution(run: Run) -> None:
    """Stop the execution of a run that was cancelled; one that is gone is fine."""
    stop(execution_arn(run), "Cancelled", "The run was cancelled")


def stop(arn: str, error: str, cause: str) -> None:
    """Stop the execution ``arn``; one that is gone is fine."""
    try:
        client("stepfunctions").stop_execution(executionArn=arn, error=error, cause=cause)
    except ClientError as error:
        if error.response["Error"]["Code"] != "ExecutionDoesNotExist":
            raise


def send_output(step: Step) -> bool:
    """Tell the machine what the closed ``step`` came to. False when the token is gone."""
    output = step.output or {}
    try:
        if "error" in output:
            client("stepfunctions").send_task_failure(
                taskToken=step.token, error=MACHINE_FAILURE, cause=to_json(output)[:32_768]
            )
        else:
            client("stepfunctions").send_task_success(taskToken=step.token, output=to_json(output))
    except ClientError as error:
        if error.response["Error"]["Code"] in _TOKEN_GONE:
            return False
        raise
    return True


def at_once(nudge: Callable[[], object]) -> None:
    """Do what is owed right after its commit, as well as it goes.

    The commit stands whatever comes of it, so no failure of it may become the command's: the mark
    that was committed makes the sweep do it again.
    """
    try:
        nudge()
    except Exception:  # noqa: BLE001 - see above
        _log.warning("a nudge failed and will be repeated", exc_info=True)
