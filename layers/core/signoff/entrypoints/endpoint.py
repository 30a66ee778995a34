"""The factory of endpoints: everything that is the same for all of them.

In order: credentials (401), scope (403), actor headers (400, 403), path (400), query (400), body
(413, 400, 422), Idempotency-Key (400, 409, 422), then the service with the refusals of the domain.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, TypeVar

from signoff.entrypoints.actors import read_actor
from signoff.entrypoints.body import parse_json, validate
from signoff.entrypoints.face import Answered, Asked, Face
from signoff.entrypoints.http import Event, HttpRequest, write_answer
from signoff.entrypoints.idempotency import HEADER as IDEMPOTENCY_KEY
from signoff.entrypoints.idempotency import answer_once, command_id, digest, read_key
from signoff.entrypoints.observability import logger
from signoff.entrypoints.operation import Operation, name_of
from signoff.entrypoints.paging import read_page
from signoff.entrypoints.preferences import read_patience
from signoff.entrypoints.request import Request
from signoff.entrypoints.respond import Answer, respond
from signoff.errors import Malformed, ScopeMissing
from signoff.identity.authenticate import authenticate
from signoff.identity.principal import Caller, Principal
from signoff.runs.ids import is_id

if TYPE_CHECKING:
    from pydantic import BaseModel

R = TypeVar("R")

_MAX_PARAMETER = 256  # characters of a path parameter: longer than any id or key


class Endpoint:
    """A Lambda handler for one operation."""

    def __init__(self, operation: Operation) -> None:
        self.operation = operation

    def __call__(self, event: Event, context: Any) -> Answer:
        """Answer ``event``; never raises."""
        return respond(
            self.operation.face,
            self.operation.name,
            event,
            lambda http, request_id: self._answer(http, request_id, context),
        )

    def _answer(self, http: HttpRequest, request_id: str, context: Any) -> Answer:
        operation = self.operation
        principal = authenticate(
            http.headers.get("authorization"), http.headers.get("x-tenant-id"), http.source_ip
        )
        logger.append_keys(tenant=principal.tenant, key_id=principal.key_id)
        _check_scope(principal, operation.scope)
        actor = read_actor(http.headers, principal, required=operation.actor_required)
        path = _read_path(operation, http.path_parameters)
        page = read_page(http.query)
        filters = _read_filters(operation, http.query)
        content = http.body()
        value = parse_json(content) if operation.body else None
        body = validate(operation.body, value) if operation.body else None
        key = read_key(http.headers.get(IDEMPOTENCY_KEY.lower())) if operation.is_command else None
        command = (
            command_id(principal.tenant, principal.key_id, actor.id, operation.name, key)
            if key
            else None
        )
        patience = read_patience(http.headers.get("prefer") if operation.waits else None)
        request: Request[Any] = Request(
            caller=Caller(principal, actor, command),
            body=body,
            path=path,
            page=page,
            wait=patience.seconds,
            filters=filters,
            content=content,
            media_type=http.headers.get("content-type", "").partition(";")[0].strip().lower(),
        )
        query = {name: text for name, text in http.query.items() if name != "cursor"}
        asked = Asked(request_id, page.limit if operation.paged else None, query)

        def write(content: Any, status: int) -> Answer:
            rendered = operation.face.answer(content, asked)
            applied = {"Preference-Applied": patience.applied} if patience.applied else {}
            return write_answer(status, rendered.body, rendered.headers | applied)

        def run() -> tuple[Any, int]:
            content = operation.run(request)
            if isinstance(content, Answered):
                return content.content, content.status
            return content, operation.status

        if command is None:
            return write(*run())
        fresh: list[Answer] = []

        def run_recorded() -> Answer:
            content, status = run()
            fresh.append(write(content, status))
            if not operation.shown_once:
                return fresh[0]
            return write(content.model_copy(update=dict.fromkeys(operation.shown_once)), status)

        sent = digest([dict(path), value if operation.body else content.hex()])
        recorded = answer_once(principal.tenant, command, sent, context, run_recorded)
        return fresh[0] if fresh else recorded


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
    filters: Mapping[str, tuple[str, ...] | range] | None = None,
    also: tuple[int, ...] = (),
    shown_once: tuple[str, ...] = (),
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
        )
    )


def _check_scope(principal: Principal, scope: str) -> None:
    if scope not in principal.scopes:
        raise ScopeMissing(f"This key lacks the scope {scope}", field="Authorization")


def _read_path(operation: Operation, parameters: Mapping[str, str]) -> dict[str, str]:
    path = dict(parameters)
    for name, text in path.items():
        if len(text) > _MAX_PARAMETER or (name in operation.uuids and not is_id(text)):
            raise Malformed(f"Invalid {name}", field=name)
    return path | {name: path[name].lower() for name in operation.uuids}


def _read_filters(operation: Operation, query: Mapping[str, str]) -> dict[str, str]:
    filters = {name: query[name] for name in operation.filters if query.get(name)}
    for name, value in filters.items():
        allowed = operation.filters[name]
        if isinstance(allowed, range):
            if not (re.fullmatch(r"[0-9]{1,9}", value) and int(value) in allowed):
                raise Malformed(
                    f"{name} must be a whole number from {allowed[0]} to {allowed[-1]}", field=name
                )
        elif value not in allowed:
            raise Malformed(f"{name} must be one of {', '.join(allowed)}", field=name)
    return filters
