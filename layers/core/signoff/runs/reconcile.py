"""What to do when an execution has ended: nothing, another attempt, or failure.

Driven by the status-change events of Step Functions, and by the sweep for events that were missed.
"""

import json
from typing import Any

from botocore.exceptions import ClientError

from signoff.runs.attempts import fail_run, next_attempt
from signoff.runs.model import Run
from signoff.runs.nudge import execution_arn
from signoff.runs.read import find_run
from signoff.storage.clients import client

# The run's own logic: repeating it would fail again until somebody mends its definition or data.
# Everything else that ends an execution is the platform's doing and gets another attempt.
LOGIC_ERRORS = frozenset(
    {
        "StepFailed",
        "ChildFailed",
        "States.QueryEvaluationError",
        "States.NoChoiceMatched",
        "States.DataLimitExceeded",
        "States.ExceedToleratedFailureThreshold",
        "States.ItemReaderFailed",
        "UnknownResumePoint",
    }
)
# An emulator that was started again fails what it was waiting for with this.
_LOST = frozenset({"States.ServiceRestart"})
MAX_CAUSE = 2_000


def reconcile(detail: dict[str, Any]) -> None:
    """Handle one "Step Functions Execution Status Change" (its ``detail``).

    The execution's name is ``<run id>-<attempt>``, its input names the tenant. An execution of an
    earlier attempt, and one whose run has ended, are left alone.
    """
    if detail["status"] == "RUNNING":
        return
    run_id, _, attempt = str(detail["name"]).rpartition("-")
    tenant = _tenant(detail)
    run = find_run(tenant, run_id) if tenant else None
    if run is None or run.status != "RUNNING" or str(run.attempt) != attempt:
        return
    settle_ended(run, detail)


def settle_ended(run: Run, execution: dict[str, Any]) -> None:
    """Act on the end of the run's present execution, which DynamoDB does not know of.

    ``execution`` has ``status`` and, for a failure, ``error`` and ``cause``.
    """
    error = execution.get("error") or f"Execution{str(execution['status']).title()}"
    reason = {"error": error, "cause": str(execution.get("cause") or "")[:MAX_CAUSE]}
    if execution["status"] == "FAILED" and error in LOGIC_ERRORS:
        fail_run(run, readable(reason))
    else:
        lost = execution["status"] != "FAILED" or error in _LOST
        next_attempt(run, reason, lost=lost)


def readable(reason: dict[str, str]) -> dict[str, str]:
    """The reason without a programming language in it.

    A failed function's cause is ``{"errorMessage", "errorType", "stackTrace"…}``; only the message
    of our own errors is for people.
    """
    try:
        cause = json.loads(reason["cause"])
    except ValueError:
        return reason
    if not isinstance(cause, dict):
        return reason
    told = cause.get("errorMessage") or cause.get("cause") or ""
    return reason | {"cause": str(told)}


def describe(run: Run) -> dict[str, Any] | None:
    """The run's present execution as Step Functions sees it; None if there is none."""
    try:
        found = client("stepfunctions").describe_execution(executionArn=execution_arn(run))
    except ClientError as error:
        if error.response["Error"]["Code"] == "ExecutionDoesNotExist":
            return None
        raise
    return dict(found)


def _tenant(detail: dict[str, Any]) -> str | None:
    """The tenant in the execution's input; a long input is not in the event."""
    text = detail.get("input")
    if not text:
        arn = detail["executionArn"]
        text = client("stepfunctions").describe_execution(executionArn=arn).get("input")
    try:
        tenant = json.loads(text or "{}").get("run", {}).get("tenant")
    except (ValueError, AttributeError):
        return None
    return tenant if isinstance(tenant, str) else None
