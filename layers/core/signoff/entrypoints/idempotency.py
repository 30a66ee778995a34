"""``Idempotency-Key``: a command that is sent again is answered again, not done again.

A key belongs to a tenant, an API key, an actor and an operation, for 24 hours. What is recorded is
a successful answer, word for word; a refusal changed nothing and may be tried again. The record is
kept by Powertools in the state table under ``T#<tenant>#IDEMPOTENCY#<digest>`` / ``ANSWER``.

If a function dies between the command's commit and the recording, the record runs out with the
function's time, the next request runs the command again under the same ``command_id``, and the
service answers with what it committed then.
"""

from __future__ import annotations

import hashlib
import os
import re
from collections.abc import Callable
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from signoff.entrypoints.body import canonical
from signoff.entrypoints.observability import logger
from signoff.entrypoints.refusals import KeyReused
from signoff.errors import Malformed, StillRunning
from signoff.limits import COMMAND_KEPT_SECONDS

if TYPE_CHECKING:
    from aws_lambda_powertools.utilities.idempotency.persistence.dynamodb import (
        DynamoDBPersistenceLayer,
    )

HEADER = "Idempotency-Key"

_MAX_LENGTH = 255
_QUOTED = re.compile(r'"((?:[^"\\]|\\["\\])*)"')

Answer = dict[str, Any]


def read_key(header: str | None) -> str | None:
    """The key in the header, with or without the quotes of a structured field; None for no header.

    Raises Malformed for one that is empty or longer than 255 characters.
    """
    if header is None:
        return None
    key = header.strip()
    quoted = _QUOTED.fullmatch(key)
    if quoted:
        key = re.sub(r"\\(.)", r"\1", quoted[1])
    if not 1 <= len(key) <= _MAX_LENGTH:
        raise Malformed(f"{HEADER} must have 1 to {_MAX_LENGTH} characters", field=HEADER)
    return key


def command_id(tenant: str, principal: str, actor_id: str, operation: str, key: str) -> str:
    """One id for all repetitions of a command (64 hex digits)."""
    return digest([tenant, principal, actor_id, operation, key])


def digest(value: Any) -> str:
    """SHA-256 of a JSON value, in hex."""
    return hashlib.sha256(canonical(value)).hexdigest()


def answer_once(
    tenant: str, command: str, request: str, context: Any, run: Callable[[], Answer]
) -> Answer:
    """The recorded answer to ``command``, or that of ``run``, which is then recorded.

    ``request`` is a digest of what was asked. Raises KeyReused when the record is of another
    request, StillRunning while the first one has not ended, and whatever ``run`` raises.
    """
    from aws_lambda_powertools.utilities.idempotency import IdempotencyConfig
    from aws_lambda_powertools.utilities.idempotency.base import IdempotencyHandler
    from aws_lambda_powertools.utilities.idempotency.exceptions import (
        IdempotencyAlreadyInProgressError,
        IdempotencyPersistenceLayerError,
        IdempotencyValidationError,
    )

    ended: list[Answer | Exception] = []

    def remembered() -> Answer:
        try:
            ended.append(run())
        except Exception as error:
            ended.append(error)
            raise
        return ended[0]  # type: ignore[return-value]  # it is the answer, else we raised

    handler = IdempotencyHandler(
        function=remembered,
        function_payload={"key": f"T#{tenant}#IDEMPOTENCY#{command}", "request": request},
        config=IdempotencyConfig(
            event_key_jmespath="key",
            payload_validation_jmespath="request",
            expires_after_seconds=COMMAND_KEPT_SECONDS,
            lambda_context=context,
        ),
        persistence_store=_records(os.environ["STATE_TABLE"]),
        function_args=(),
        function_kwargs={},
    )
    try:
        answer: Answer = handler.handle()
    except IdempotencyValidationError as error:
        raise KeyReused(f"{HEADER} was used for another request", field=HEADER) from error
    except IdempotencyAlreadyInProgressError as error:
        raise StillRunning(
            f"The first request with this {HEADER} is still running", field=HEADER
        ) from error
    except IdempotencyPersistenceLayerError:
        # The record could not be written. If the command ran, its own end is what counts.
        if not ended:
            raise
        logger.exception("the answer could not be recorded")
        if isinstance(ended[0], Exception):
            raise ended[0] from None
        return ended[0]
    return answer


@lru_cache(maxsize=1)
def _records(table: str) -> DynamoDBPersistenceLayer:
    """Powertools' records in the state table, under keys of our own.

    Powertools would put all records of a function in one partition and hash the key with MD5. The
    key given above is a digest already, and a partition of its own per record has no hot spot.
    """
    from aws_lambda_powertools.utilities.idempotency.persistence.dynamodb import (
        DynamoDBPersistenceLayer,
    )

    from signoff.storage.clients import client

    class Records(DynamoDBPersistenceLayer):
        def _get_key(self, idempotency_key: str) -> dict[str, Any]:
            return {"PK": {"S": idempotency_key}, "SK": {"S": "ANSWER"}}

        def _get_hashed_idempotency_key(self, data: dict[str, Any]) -> str | None:
            return str(data["key"])

        def _get_hashed_payload(self, data: dict[str, Any]) -> str:
            return str(data["request"])

    return Records(
        table,
        key_attr="PK",
        sort_key_attr="SK",
        expiry_attr="expiresAt",
        in_progress_expiry_attr="runningUntil",
        data_attr="answer",
        validation_key_attr="request",
        boto3_client=client("dynamodb"),
    )
