"""What to do when an execution has ended: nothing, another attempt, or failure.

Driven by the status-change events of Step Functions, and by the sweep for events that were missed.
"""

import json
import re
from contextlib import suppress
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
_OWN_MESSAGE = re.compile(r"(?P<step>[A-Za-z][\w-]{0,63}): (?P<message>.*)", re.DOTALL | re.ASCII)
_STATE = re.compile(r"the state '(?P<step>[^'.]{1,80})")


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
    reason = readable(error, str(execution.get("cause") or ""))
    if execution["status"] == "FAILED" and error in LOGIC_ERRORS:
        fail_run(run, reason)
    else:
        lost = execution["status"] != "FAILED" or error in _LOST
        next_attempt(run, reason, lost=lost)


def readable(error: str, cause: str) -> dict[str, str]:
    """``{"error", "cause", "step"?}`` for people, without a programming language in it.

    A failed function's cause is ``{"errorMessage", "errorType", "stackTrace"…}``; its message
    begins with the step (``entrypoints.step``). Step Functions' own causes quote the state's name.
    """
    told = cause
    with suppress(ValueError):
        parsed = json.loads(cause)
        if isinstance(parsed, dict):
            told = str(parsed.get("errorMessage") or parsed.get("cause") or "")
    own, named = _OWN_MESSAGE.match(told), _STATE.search(told)
    if error == "StepFailed" and own:
        return {"error": error, "cause": own["message"][:MAX_CAUSE], "step": own["step"]}
    step = {"step": named["step"]} if named else {}
    return {"error": error, "cause": told[:MAX_CAUSE]} | step


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
