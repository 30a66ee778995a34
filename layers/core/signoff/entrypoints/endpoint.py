"""The factory of endpoints: everything that is the same for all of them.

In order: credentials (401), scope (403), actor headers (400, 403), path (400), query (400), body
(413, 400, 422), Idempotency-Key (400, 409, 422), then the service with the refusals of the domain.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, TypeVar

from signoff.deadline import deadline
from signoff.entrypoints.face import Answered, Asked, Face
from signoff.entrypoints.filters import Filter
from signoff.entrypoints.form import FormSpec
from signoff.entrypoints.http import Event, HttpRequest, write_answer
from signoff.entrypoints.idempotency import answer_once
from signoff.entrypoints.operation import Credentials, Operation, name_of
from signoff.entrypoints.preferences import Patience
from signoff.entrypoints.reading import read_request
from signoff.entrypoints.request import Request
from signoff.entrypoints.respond import MARGIN_SECONDS, Answer, respond

if TYPE_CHECKING:
    from pydantic import BaseModel

R = TypeVar("R")


class Endpoint:
    """A Lambda handler for one operation."""

    def __init__(self, operation: Operation) -> None:
        self.operation = operation

    def __call__(self, event: Event, context: Any) -> Answer:
        """Answer ``event``; never raises."""
        left = context.get_remaining_time_in_millis() / 1000 - MARGIN_SECONDS
        with deadline(left):
            return respond(
                self.operation.face,
                self.operation.name,
                event,
                lambda http, request_id: self._answer(http, request_id, context),
            )

    def _answer(self, http: HttpRequest, request_id: str, context: Any) -> Answer:
        reading = read_request(self.operation, http)
        request, command = reading.request, reading.request.caller.command_id
        query = {name: text for name, text in http.query.items() if name != "cursor"}
        asked = Asked(request_id, request.page.limit if self.operation.paged else None, query)
        if command is None:
            return self._write(*self._run(request), asked, reading.patience)
        fresh: list[Answer] = []

        def run_recorded() -> Answer:
            content, status = self._run(request)
            fresh.append(self._write(content, status, asked, reading.patience))
            if not self.operation.shown_once:
                return fresh[0]
            kept = content.model_copy(update=dict.fromkeys(self.operation.shown_once))
            return self._write(kept, status, asked, reading.patience)

        recorded = answer_once(request.tenant, command, reading.digest, context, run_recorded)
        return fresh[0] if fresh else recorded

    def _run(self, request: Request[Any]) -> tuple[Any, int]:
        content = self.operation.run(request)
        if isinstance(content, Answered):
            return content.content, content.status
        return content, self.operation.status

    def _write(self, content: Any, status: int, asked: Asked, patience: Patience) -> Answer:
        rendered = self.operation.face.answer(content, asked)
        applied = {"Preference-Applied": patience.applied} if patience.applied else {}
        return write_answer(status, rendered.body, rendered.headers | applied)


def endpoint(
    face: Face,
    route: str,
    run: Callable[[Request[Any]], R],
    *,
    scope: str,
    status: int = 200,
    body: type[BaseModel] | None = None,
    media_types: tuple[str, ...] = (),
    uuids: tuple[str, ...] = (),
    refusals: tuple[int, ...] = (),
    actor_required: bool = False,
    paged: bool = False,
    waits: bool = False,
    filters: Mapping[str, Filter] | None = None,
    also: tuple[int, ...] = (),
    shown_once: tuple[str, ...] = (),
    credentials: Credentials = "any",
    form: FormSpec | None = None,
    or_scopes: tuple[str, ...] = (),
) -> Endpoint:
    """The handler for ``route`` ("GET /api/v1/flows"), answered by ``run``.

    What ``run`` returns is rendered by ``face``: a model, a Slice of models, or None; in Answered
    where its status is one of ``also``. See Operation for the rest.
    """
    method, _, path = route.partition(" ")
    return Endpoint(
        Operation(
            face=face,
            method=method,
            path=path,
            name=name_of(run),
            run=run,
            scope=scope,
            status=status,
            body=body,
            media_types=media_types,
            uuids=uuids,
            refusals=refusals,
            actor_required=actor_required,
            paged=paged,
            waits=waits,
            filters=filters or {},
            also=also,
            shown_once=shown_once,
            credentials=credentials,
            form=form,
            or_scopes=or_scopes,
        )
    )
