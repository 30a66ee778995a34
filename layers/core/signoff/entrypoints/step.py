"""The factory of step functions, which state machines call.

Class names are the contract with ``Catch`` and ``Retry``: StepFailed, TransientFailure and
StaleAttempt are all that a machine ever sees. The payload's version is judged where it is read
(``signoff.steps.call``).
"""

from collections.abc import Callable
from typing import Any

from signoff.entrypoints.observability import count, logger, traced
from signoff.entrypoints.operation import name_of
from signoff.errors import Busy, SignoffError, StaleAttempt, StepFailed, TransientFailure

Payload = dict[str, Any]
Service = Callable[[Payload], Payload | None]


def step(service: Service) -> Callable[[Payload, Any], Payload | None]:
    """The Lambda handler that gives a machine's payload to ``service``."""
    operation = name_of(service)

    def handler(payload: Payload, context: Any) -> Payload | None:
        logger.clear_state()
        logger.append_keys(operation=operation, correlation_id=context.aws_request_id)
        logger.append_keys(**_place(payload))
        try:
            with traced(operation):
                result = _translated(service, payload)
        except StaleAttempt:
            logger.info("superseded")
            count(operation, "refused")
            raise
        except StepFailed as failure:
            logger.warning("step failed", reason=str(failure))
            count(operation, "refused")
            # A machine's end does not say in which state it failed; this does.
            raise StepFailed(f"{_step_id(payload)}: {failure}") from failure
        except TransientFailure:
            logger.exception("failed")
            count(operation, "failed")
            raise
        logger.info("done")
        count(operation, "done")
        return result

    return handler


def _translated(service: Service, payload: Payload) -> Payload | None:
    """Run ``service``; what it raises becomes one of the three errors that a machine knows."""
    try:
        return service(payload)
    except (StepFailed, StaleAttempt, TransientFailure):
        raise
    except Busy as error:
        raise TransientFailure(error.message) from error
    except SignoffError as error:
        # The domain says no, and would say so again: an unknown definition, unfit variables.
        raise StepFailed(error.message) from error
    except Exception as error:
        # The log has it; the machine's history, which tenants' operators read, does not.
        raise TransientFailure("unexpected failure, see the function's log") from error


def _step_id(payload: Payload) -> str:
    return str((payload.get("step") or {}).get("id", ""))


def _place(payload: Payload) -> dict[str, Any]:
    """Where the machine stands, for the log; nothing where the payload does not say."""
    run = (payload.get("scope") or {}).get("run") or {}
    step_sent = payload.get("step") or {}
    return {
        "tenant": run.get("tenant"),
        "run_id": run.get("id"),
        "attempt": run.get("attempt"),
        "step": step_sent.get("path"),
    }
