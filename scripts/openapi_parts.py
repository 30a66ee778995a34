"""What the OpenAPI documents say beside the operations: titles, parameters, refusals, examples."""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from signoff.contracts.admin.face import ADMIN
from signoff.contracts.approvals.examples import EXAMPLES as APPROVALS_EXAMPLES
from signoff.contracts.approvals.face import APPROVALS
from signoff.contracts.flow.examples import EXAMPLES as FLOW_EXAMPLES
from signoff.contracts.flow.face import FLOW
from signoff.entrypoints import refusals as edge
from signoff.entrypoints.actors import MAX_ID_LENGTH
from signoff.entrypoints.face import Asked
from signoff.entrypoints.operation import Operation
from signoff.errors import (
    Busy,
    Conflict,
    Forbidden,
    Invalid,
    Malformed,
    NotFound,
    SignoffError,
    Unauthenticated,
)
from signoff.identity.scopes import SCOPES
from signoff.pagination import DEFAULT_LIMIT, MAX_LIMIT

_PROJECT = Path(__file__).resolve().parents[1] / "pyproject.toml"
VERSION = tomllib.loads(_PROJECT.read_text(encoding="utf-8"))["project"]["version"]

# What may be in `Authorization: Bearer …`, by the kind of credentials that an operation takes.
API_KEY = {
    "type": "http",
    "scheme": "bearer",
    "bearerFormat": "wf_…",
    "description": "An API key, as `signoff keys create` shows it once.",
}
TAKEN = {
    "any": ("apiKey", "userToken"),
    "user": ("userToken",),
}
ONLY = {
    "any": "",
    "user": " For a person's own access token only.",
}


def user_token(scopes: Iterable[str]) -> dict[str, Any]:
    """The scheme of access tokens, with the scopes that the document's operations ask for."""
    return {
        "type": "oauth2",
        "description": "A person's own access token: the code flow with PKCE (S256). What it "
        "allows follows from that person's roles in the directory, not from what was asked for.",
        "flows": {
            "authorizationCode": {
                "authorizationUrl": "/oauth/authorize",
                "tokenUrl": "/oauth/token",
                "refreshUrl": "/oauth/token",
                "scopes": {scope: SCOPES[scope] for scope in sorted(set(scopes))},
            }
        },
    }


def security_of(operation: Operation) -> list[dict[str, list[str]]]:
    """Any one of these opens the operation, where it holds the scope."""
    return [{name: [scope]} for scope in operation.scopes for name in TAKEN[operation.credentials]]


# Path parameters that are taken in more than one form, or at any length.
IDS: dict[str, dict[str, Any]] = {
    "runId": {
        "type": "string",
        "anyOf": [{"format": "uuid"}, {"pattern": "^wi_[0-9A-Fa-f]{32}$"}],
    },
    "instanceId": {"type": "string", "pattern": "^wi_[0-9A-Fa-f]+$"},
}

_NAME = {"type": "string", "minLength": 1, "maxLength": MAX_ID_LENGTH}

PARAMETERS: dict[str, dict[str, Any]] = {
    "ActorId": {
        "name": "X-Actor-Id",
        "in": "header",
        "required": True,
        "description": "The person who acts. Believed from a key that holds `actors:assert`.",
        "schema": _NAME,
        "example": "alice",
    },
    "OptionalActorId": {
        "name": "X-Actor-Id",
        "in": "header",
        "description": "The person who acts; absent or blank, the key itself acts. Believed from a "
        "key that holds `actors:assert`.",
        "schema": {"type": "string", "maxLength": MAX_ID_LENGTH},
        "example": "alice",
    },
    "ActorGroups": {
        "name": "X-Actor-Groups",
        "in": "header",
        "description": "The groups of that person, separated by commas; at most 50.",
        "schema": {"type": "string"},
        "example": "initiators,legal-reviewers",
    },
    "TenantId": {
        "name": "X-Tenant-Id",
        "in": "header",
        "description": "Not needed: key and token know the tenant. When sent, it must be its slug.",
        "schema": {"type": "string"},
    },
    "Limit": {
        "name": "limit",
        "in": "query",
        "description": "The most items of one answer.",
        "schema": {
            "type": "integer",
            "minimum": 1,
            "maximum": MAX_LIMIT,
            "default": DEFAULT_LIMIT,
        },
    },
    "Cursor": {
        "name": "cursor",
        "in": "query",
        "description": "Where the list goes on, as the answer before said. Opaque.",
        "schema": {"type": "string"},
    },
    "IdempotencyKey": {
        "name": "Idempotency-Key",
        "in": "header",
        "description": "Sent again within 24 hours, by the same key and person for the same "
        "operation, the answer is repeated and nothing is done twice. Quoted or not.",
        "schema": {"type": "string", "minLength": 1, "maxLength": 255},
    },
    "Prefer": {
        "name": "Prefer",
        "in": "header",
        "description": "`wait=N`: wait up to N (at most 20) seconds for the next state; 3 unless "
        "told. `respond-async`: do not wait. (RFC 7240)",
        "schema": {"type": "string"},
        "example": "wait=10",
    },
    "PreferWait": {
        "name": "Prefer",
        "in": "header",
        "description": "`wait=N`: where there is nothing to show, wait up to N (at most 20) "
        "seconds for it; not at all unless told. (RFC 7240)",
        "schema": {"type": "string"},
        "example": "wait=20",
    },
}

HEADERS: dict[str, dict[str, Any]] = {
    "X-Request-Id": {
        "description": "The answer's id in the log.",
        "schema": {"type": "string", "pattern": "^req_[0-9a-f]{8}$"},
    },
    "Link": {
        "description": 'The rest of the list, `<?cursor=…>; rel="next"`, relative to the '
        "request's address (RFC 8288). Absent at the end.",
        "schema": {"type": "string"},
    },
    "Preference-Applied": {
        "description": "What was done of `Prefer`.",
        "schema": {"type": "string"},
    },
    "WWW-Authenticate": {
        "description": "How to authenticate.",
        "schema": {"type": "string"},
    },
    "Retry-After": {
        "description": "Seconds until it is worth trying again.",
        "schema": {"type": "string"},
    },
}

# Status → name, meaning, and headers beside X-Request-Id.
REFUSALS: dict[int, tuple[str, str, tuple[str, ...]]] = {
    400: ("BadRequest", "The request cannot be read", ()),
    401: ("Unauthorized", "No good API key or access token", ("WWW-Authenticate",)),
    403: ("Forbidden", "The key or the person may not do this", ()),
    404: ("NotFound", "There is no such thing for this tenant", ()),
    409: ("Conflict", "The thing is in another state, or somebody was faster", ()),
    413: ("ContentTooLarge", "The body is larger than 1 MB", ()),
    422: ("UnprocessableContent", "The request can be read and does not fit", ()),
    500: ("InternalServerError", "Something broke on the server's side", ()),
    503: ("ServiceUnavailable", "Too many writers at once; nothing was changed", ("Retry-After",)),
}

_EXAMPLE_ERRORS: dict[int, SignoffError] = {
    400: Malformed("Invalid taskId", field="taskId"),
    401: Unauthenticated("A valid API key or access token is required: Authorization: Bearer …"),
    403: Forbidden("Not in candidate group"),
    404: NotFound("Task not found"),
    409: Conflict("Task is not claimable"),
    413: edge.TooLarge("The body is larger than 1,000,000 bytes"),
    422: Invalid("Invalid outcome: MAYBE", field="outcome"),
    500: edge.Unexpected(),
    503: Busy("The run is being changed by many at once; try again"),
}


@dataclass(frozen=True)
class About:
    """What one contract's document says of itself. ``tags`` are matched in the path, in order."""

    face: str
    file: str
    title: str
    version: str
    summary: str
    description: str
    tags: Mapping[str, str]
    refusal_example: Callable[[int], Any]
    examples: Mapping[str, list[Any]] = field(default_factory=dict)

    def tag_of(self, path: str) -> str:
        """The tag whose name is a segment of the path."""
        return next(tag for tag in self.tags if f"/{tag.lower()}" in path)


def _flow_refusal(status: int) -> Any:
    return FLOW.refusal(_EXAMPLE_ERRORS[status], Asked("req_5f0c21ab"))


def _admin_refusal(status: int) -> Any:
    return ADMIN.refusal(_EXAMPLE_ERRORS[status], Asked("req_5f0c21ab"))


def _approvals_refusal(status: int) -> Any:
    return APPROVALS.refusal(_EXAMPLE_ERRORS[status], Asked("req_5f0c21ab"))


ABOUT = (
    About(
        face=FLOW.name,
        file="flow-api.openapi.yaml",
        title="Signoff: Flow API",
        version=VERSION,
        summary="Document approval: submit, claim, decide.",
        description="REST contract of the document-approval engine wrkflw. The person who acts and "
        "their groups come in headers. Answers reflect what is committed, and show the state that "
        "the command led to. Made from the code by `scripts/openapi.py`.",
        tags={
            "Flows": "Documents on their way",
            "Tasks": "Pieces of work",
            "Worklists": "What there is to do",
        },
        refusal_example=_flow_refusal,
        examples=FLOW_EXAMPLES,
    ),
    About(
        face=APPROVALS.name,
        file="approvals-api.openapi.yaml",
        title="Signoff: Approvals API",
        version=VERSION,
        summary="Documents, and workflows on them: upload, start, advance, query.",
        description="REST contract of the workflow API of Papyrus. Every answer is in one "
        "envelope, with a request id; a refusal has codes. Instances are the runs that the Flow "
        "API shows as flows. Made from the code by `scripts/openapi.py`.",
        tags={
            "Documents": "What instances are about: content, its versions, and where to get it",
            "Workflows": "Instances and the tasks in them",
            "Users": "Who one is, being out of office, and how to be told",
        },
        refusal_example=_approvals_refusal,
        examples=APPROVALS_EXAMPLES,
    ),
    About(
        face=ADMIN.name,
        file="admin-api.openapi.yaml",
        title="Signoff: Admin API",
        version=VERSION,
        summary="Definitions, runs, keys, people, webhooks and the audit of one's own tenant.",
        description="What the command line `signoff` calls. Every answer is in one envelope, with "
        "a request id. Made from the code by `scripts/openapi.py`.",
        tags={
            "Definitions": "What can run",
            "Runs": "What is running and has run",
            "Tasks": "What people are asked",
            "Keys": "Who may call",
            "Audit": "Who did what",
            "Webhooks": "Where events are sent, and what has become of each delivery",
            "Settings": "What the tenant takes, and how its people are told",
            "Suppressions": "Addresses that get no mail any more",
            "Users": "Who there is, in which groups and roles, and who is away",
            "Departments": "Parts of the organisation, and who heads them",
        },
        refusal_example=_admin_refusal,
    ),
)
