"""A handler as one writes it without a thought for cold starts: the yardstick of ``cold_start``.

Everything is imported and every model built when the module is loaded: boto3, Powertools with its
router, validation, logger, tracer and metrics as its documentation shows them, and thirty models,
fewer than the five contracts have. Nothing is called; ``cold_start`` makes its one client.
"""

from typing import Annotated, Literal

import boto3
from aws_lambda_powertools import Logger, Metrics, Tracer
from aws_lambda_powertools.event_handler import APIGatewayHttpResolver
from aws_lambda_powertools.event_handler.openapi.params import Body, Header, Path, Query
from aws_lambda_powertools.logging import correlation_paths
from aws_lambda_powertools.metrics import MetricUnit
from aws_lambda_powertools.utilities.typing import LambdaContext
from pydantic import BaseModel, ConfigDict, Field, create_model
from pydantic.alias_generators import to_camel

MODELS = 30

logger = Logger(service="naive")
tracer = Tracer(service="naive")
metrics = Metrics(namespace="Naive", service="naive")
app = APIGatewayHttpResolver(enable_validation=True)


class Base(BaseModel):
    """What the models have in common."""

    model_config = ConfigDict(alias_generator=to_camel, populate_by_name=True)


class Part(Base):
    """A model inside the others."""

    id: str
    amount: float = 0
    kind: Literal["a", "b", "c"] = "a"


models = [Part] + [
    create_model(
        f"Model{number}",
        __base__=Base,
        id=(Annotated[str, Field(min_length=1, max_length=64)], ...),
        name=(str | None, None),
        status=(Literal["RUNNING", "COMPLETED", "FAILED", "CANCELLED"], "RUNNING"),
        parts=(list[Part], Field(default_factory=list)),
        data=(dict[str, str | int | float | bool | None], Field(default_factory=dict)),
        count=(Annotated[int, Field(ge=0, le=1_000)], 0),
    )
    for number in range(1, MODELS)
]

__all__ = ["Body", "Header", "MetricUnit", "Path", "Query", "boto3", "handler"]


@logger.inject_lambda_context(correlation_id_path=correlation_paths.API_GATEWAY_HTTP)
@tracer.capture_lambda_handler
@metrics.log_metrics
def handler(event: dict[str, object], context: LambdaContext) -> dict[str, object]:
    """Answer, if it were ever called."""
    return app.resolve(event, context)
