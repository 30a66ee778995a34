"""Logs, metrics and traces: one log line and one metric per invocation, traces where sampled."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from functools import lru_cache
from typing import Any, Literal

from aws_lambda_powertools.logging import Logger
from aws_lambda_powertools.metrics import MetricUnit, single_metric

Outcome = Literal["done", "refused", "failed"]

NAMESPACE = "Signoff"

logger = Logger(service=os.environ.get("POWERTOOLS_SERVICE_NAME", "signoff"))


def count(operation: str, outcome: Outcome) -> None:
    """Add one to the metric ``Requests`` of ``operation`` by ``outcome`` (embedded metric format).

    ``refused`` is the caller's fault, ``failed`` is ours; alarms look at the second.
    """
    with single_metric(
        name="Requests",
        unit=MetricUnit.Count,
        value=1,
        namespace=os.environ.get("POWERTOOLS_METRICS_NAMESPACE", NAMESPACE),
    ) as metric:
        metric.add_dimension("operation", operation)
        metric.add_dimension("outcome", outcome)


@contextmanager
def traced(operation: str, **annotations: str) -> Iterator[None]:
    """An X-Ray subsegment around ``operation``, where Lambda's trace is sampled.

    The X-Ray SDK costs some 150 ms of import. Most traces are not sampled, and a cold start whose
    trace is not sampled does not pay for it.
    """
    if "Sampled=1" not in os.environ.get("_X_AMZN_TRACE_ID", ""):
        yield
        return
    tracer = _tracer()
    with tracer.provider.in_subsegment(name=f"## {operation}"):
        for name, value in annotations.items():
            tracer.put_annotation(name, value)
        yield


@lru_cache(maxsize=1)
def _tracer() -> Any:
    from aws_lambda_powertools.tracing import Tracer

    return Tracer(service="signoff", patch_modules=["botocore"])
