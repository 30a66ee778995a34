"""Judging and reading a request, in the order that the contracts' refusals have."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from signoff.entrypoints.actors import read_actor
from signoff.entrypoints.body import parse_json, validate
from signoff.entrypoints.filters import read_filters, refuse_unknown
from signoff.entrypoints.form import FORM_ALLOWANCE, FormFile, FormSpec, read_form
from signoff.entrypoints.http import HttpRequest
from signoff.entrypoints.idempotency import HEADER as IDEMPOTENCY_KEY
from signoff.entrypoints.idempotency import command_id, digest, read_key
from signoff.entrypoints.observability import logger
from signoff.entrypoints.operation import Operation
from signoff.entrypoints.paging import read_page
from signoff.entrypoints.preferences import Patience, read_patience
from signoff.entrypoints.refusals import TooLarge
from signoff.entrypoints.request import Request
from signoff.errors import Forbidden, Malformed, ScopeMissing
from signoff.identity.authenticate import authenticate
from signoff.identity.principal import Actor, Caller, Principal
from signoff.runs.ids import is_id, run_named

RUN = "runId"  # the admin API's name of a run, which is taken in the Approvals API's form, too
INSTANCE = "instanceId"  # the Approvals API's: well-formed at any length, so its reader judges it
_MAX_PARAMETER = 256  # characters of a path parameter: longer than any id or key


@dataclass(frozen=True)
class Reading:
    """A request as the route function gets it, and what the factory itself must know.

    ``digest`` stands for what was asked: the path and the body.
    """

    request: Request[Any]
    patience: Patience
    digest: str


def read_request(operation: Operation, http: HttpRequest) -> Reading:
    """Who asks, whether they may, and what. Raises the refusals of the edge, first come first."""
    principal = authenticate(
        http.headers.get("authorization"), http.headers.get("x-tenant-id"), http.source_ip
    )
    logger.append_keys(tenant=principal.tenant, principal=principal.id)
    check_credential(operation, principal)
    actor = read_actor(http.headers, principal, required=operation.actor_required)
    path = _read_path(operation, http.path_parameters)
    if operation.face.strict_query:
        refuse_unknown(operation.query_parameters, http.query)
    page = read_page(http.query)
    filters = read_filters(operation.filters, http.query)
    file: FormFile | None = None
    content, value = b"", None
    if operation.form:
        value, file = _read_form(operation.form, http)
    else:
        content = http.body()
        value = _read_json(operation, content) if operation.body else None
    prefer = http.headers.get("prefer") if operation.waits else None
    patience = read_patience(prefer, operation.wait)
    request: Request[Any] = Request(
        caller=_caller(operation, principal, actor, http.headers),
        body=validate(operation.body, value) if operation.body else None,
        path=path,
        page=page,
        wait=patience.seconds,
        filters=filters,
        content=content,
        media_type=http.headers.get("content-type", "").partition(";")[0].strip().lower(),
        file=file,
    )
    asked: Any = value if operation.body else content.hex()
    if file:
        # Not the body's own bytes: a client that repeats a form draws another boundary for it.
        asked = [value, file.name, hashlib.sha256(file.content).hexdigest()]
    return Reading(request, patience, digest([path, asked]))


def _read_json(operation: Operation, content: bytes) -> Any:
    if not content and not operation.body_required:
        return {}
    return parse_json(content)


def _read_form(form: FormSpec, http: HttpRequest) -> tuple[dict[str, str], FormFile]:
    try:
        content = http.body(form.most + FORM_ALLOWANCE)
    except TooLarge as error:
        raise form.too_large() from error
    return read_form(form, http.headers.get("content-type", ""), content)


def check_credential(operation: Operation, principal: Principal) -> None:
    """Raises Forbidden for a key where a person is asked for, and for one without the scope."""
    if operation.credentials == "user" and principal.user is None:
        raise Forbidden("This operation is for a person's own access token", field="Authorization")
    if not principal.scopes.intersection(operation.scopes):
        holder = "key" if principal.user is None else "user"
        raise ScopeMissing(
            f"This {holder} lacks the scope {operation.scope}", field="Authorization"
        )


def _caller(
    operation: Operation, principal: Principal, actor: Actor, headers: Mapping[str, str]
) -> Caller:
    key = read_key(headers.get(IDEMPOTENCY_KEY.lower())) if operation.is_command else None
    if key is None:
        return Caller(principal, actor)
    command = command_id(principal.tenant, principal.id, actor.id, operation.name, key)
    return Caller(principal, actor, command)


def _read_path(operation: Operation, parameters: Mapping[str, str]) -> dict[str, str]:
    path = dict(parameters)
    if RUN in path:
        path[RUN] = run_named(path[RUN])
    for name, text in path.items():
        too_long = len(text) > _MAX_PARAMETER and name != INSTANCE
        if too_long or (name in operation.uuids and not is_id(text)):
            raise Malformed(f"Invalid {name}", field=name)
    return path | {name: path[name].lower() for name in operation.uuids}
