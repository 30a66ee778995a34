"""A rule invokes its function asynchronously: an error is retried, then sent to the failure queue.

AWS: EventBridge invokes a Lambda target asynchronously, with the function's own retries and
on-failure destination (EventInvokeConfig).

Emulator: it runs the function once and forgets the result.

To see it: tests/local/test_lambda_streams.py. To delete when: ministack passes it.
"""

from __future__ import annotations

import json
from typing import Any

from signoff_local import emulator

RELIES_ON = {
    "services.eventbridge:_dispatch_to_lambda": "1f95adbaed3a",
    "services.lambda_svc:invoke_async_with_retry": "289fe4d3cbd4",
}


def apply() -> None:
    """Replace the dispatch to functions."""
    emulator.module("services.eventbridge")._dispatch_to_lambda = dispatch


def dispatch(arn: str, payload: str) -> None:
    """Invoke the function of a rule's target."""
    service = emulator.module("services.lambda_svc")
    func, config, name = service._get_func_record_for_ref(arn)
    if not func or not config:
        emulator.module("services.eventbridge").logger.warning("rule target %s not found", name)
        return
    event: Any = json.loads(payload)
    service.invoke_async_with_retry(service._execution_record_for_config(func, config), event)
