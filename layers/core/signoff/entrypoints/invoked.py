"""The factory of functions that have no route: invoked by name, with IAM credentials."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, TypeVar

from signoff.entrypoints.body import validate
from signoff.entrypoints.face import plain
from signoff.entrypoints.observability import count, logger, traced
from signoff.entrypoints.operation import name_of
from signoff.entrypoints.refusals import Problem
from signoff.errors import SignoffError

if TYPE_CHECKING:
    from pydantic import BaseModel

    M = TypeVar("M", bound=BaseModel)

Answer = dict[str, Any]


def invoked(run: Callable[[M], BaseModel], event: type[M]) -> Callable[[Any, Any], Answer]:
    """The Lambda handler that gives an ``event`` to ``run``.

    Answers ``{"ok": true, "data": …}``, or ``{"ok": false, "errors": [{message, field}]}`` for what
    the caller can mend. Anything else is the function's failure, which Lambda reports.
    """
    operation = name_of(run)

    def handler(sent: Mapping[str, Any], context: Any) -> Answer:
        logger.clear_state()
        logger.append_keys(operation=operation, correlation_id=context.aws_request_id)
        try:
            with traced(operation):
                data = plain(run(validate(event, sent)))
        except SignoffError as refusal:
            logger.info("refused", reason=refusal.message)
            count(operation, "refused")
            problems = getattr(refusal, "problems", (Problem(refusal.message, refusal.field),))
            errors = [{"message": each.message, "field": each.field} for each in problems]
            return {"ok": False, "errors": errors}
        except Exception:
            logger.exception("failed")
            count(operation, "failed")
            raise
        logger.info("done")
        count(operation, "done")
        return {"ok": True, "data": data}

    return handler
