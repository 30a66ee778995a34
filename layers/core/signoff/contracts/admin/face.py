"""How the admin API answers: the Approvals API's envelope, in success and in refusal."""

from dataclasses import asdict
from typing import Any, ClassVar

from typing_extensions import override

from signoff.entrypoints.face import Asked, Face, Rendered, plain
from signoff.entrypoints.refusals import (
    MethodNotAllowed,
    Problem,
    TooLarge,
    Unexpected,
    UnknownRoute,
)
from signoff.errors import (
    AddressNotAllowed,
    Busy,
    Conflict,
    Forbidden,
    Invalid,
    KeyExpired,
    KeyRevoked,
    Malformed,
    NotFound,
    ScopeMissing,
    SignoffError,
    Unauthenticated,
)
from signoff.pagination import Feed, Slice


class AdminFace(Face):
    """``{"success", "data" or "errors", "meta"}``; every error has a code."""

    name: ClassVar[str] = "admin"
    # Where a run that is not there was named, where the error does not say.
    run_field: ClassVar[str] = "runId"
    # What a run is called beside the list of its events.
    run_word: ClassVar[str] = "run"
    # A filter that is misspelt would answer everything, to somebody who looks for something.
    strict_query: ClassVar[bool] = True
    # The envelope's contract has no 422: a bad value is 400 (contracts/approvals-api, section 4).
    statuses: ClassVar[dict[type[SignoffError], int]] = {**Face.statuses, Invalid: 400}
    codes: ClassVar[dict[type[SignoffError], str]] = {
        Malformed: "VALIDATION_FAILED",
        Invalid: "VALIDATION_FAILED",
        Unauthenticated: "UNAUTHORIZED",
        KeyRevoked: "KEY_REVOKED",
        KeyExpired: "KEY_EXPIRED",
        Forbidden: "FORBIDDEN",
        ScopeMissing: "SCOPE_INSUFFICIENT",
        AddressNotAllowed: "IP_NOT_ALLOWED",
        NotFound: "NOT_FOUND",
        UnknownRoute: "NOT_FOUND",
        MethodNotAllowed: "METHOD_NOT_ALLOWED",
        Conflict: "WORKFLOW_CONFLICT",
        TooLarge: "PAYLOAD_TOO_LARGE",
        Busy: "SERVICE_UNAVAILABLE",
        Unexpected: "INTERNAL_ERROR",
    }

    @override
    def answer(self, content: Any, asked: Asked) -> Rendered:
        """The content as ``data``; for a list, ``meta.pagination`` says how it goes on.

        For one that grows, ``meta`` says how that stands which it is about.
        """
        meta: dict[str, Any] = {"requestId": asked.request_id}
        if isinstance(content, Slice):
            meta["pagination"] = {
                "limit": asked.limit,
                "hasMore": content.has_more,
                "nextCursor": content.cursor,
            }
        if isinstance(content, Feed):
            meta[self.run_word] = plain(content.standing)
        return Rendered({"success": True, "data": plain(content), "meta": meta})

    @override
    def refusal(self, error: SignoffError, asked: Asked) -> Any:
        """One error, or one per problem where the error lists several."""
        field = error.field
        if field is None and error.about == "run" and isinstance(error, NotFound):
            field = self.run_field
        problems = getattr(error, "problems", None) or (Problem(self.worded(error), field),)
        code = self.code_of(error)
        return {
            "success": False,
            "errors": [self._error(code, problem) for problem in problems],
            "meta": {"requestId": asked.request_id},
        }

    def code_of(self, error: SignoffError) -> str:
        """The envelope's code for ``error``; an error class may bring its own as ``code``."""
        for kind in type(error).__mro__:
            if "code" in vars(kind):
                return str(vars(kind)["code"])
            if kind in self.codes:
                return self.codes[kind]
        return "INTERNAL_ERROR"

    def _error(self, code: str, problem: Any) -> dict[str, Any]:
        return {
            "code": getattr(problem, "code", code),
            "message": problem.message,
            "field": problem.field,
            "severity": getattr(problem, "severity", "error"),
            # Where in a definition it is, and what to do about it.
            **(asdict(problem.place) if hasattr(problem, "place") else {}),
        }

    @override
    def answer_schema(self, content: dict[str, Any], *, listed: bool) -> dict[str, Any]:
        """The envelope around ``content`` or a list of it."""
        data = {"type": "array", "items": content} if listed else content
        meta = _LIST_META if listed else _META
        return {
            "type": "object",
            "required": ["success", "data", "meta"],
            "properties": {"success": {"const": True}, "data": data, "meta": meta},
        }

    def feed_schema(self, content: dict[str, Any], standing: dict[str, Any]) -> dict[str, Any]:
        """The envelope around a Feed of ``content`` about something that stands as ``standing``."""
        schema = self.answer_schema(content, listed=True)
        pagination = _LIST_META["properties"]["pagination"]
        following = pagination["properties"] | {"nextCursor": {"type": "string"}}
        schema["properties"]["meta"] = {
            "type": "object",
            "required": [*_LIST_META["required"], self.run_word],
            "properties": {
                "requestId": _REQUEST_ID,
                "pagination": pagination | {"properties": following},
                self.run_word: standing,
            },
        }
        return schema

    @override
    def refusal_schema(self) -> dict[str, Any]:
        """The envelope of every refusal."""
        error = {
            "type": "object",
            "required": ["code", "message", "field", "severity"],
            "properties": {
                "code": {"type": "string", "examples": ["VALIDATION_FAILED"]},
                "message": {"type": "string"},
                "field": {"type": ["string", "null"]},
                "severity": {"enum": ["error", "warning"]},
                "line": {"type": "integer", "description": "In a definition, from 1"},
                "column": {"type": "integer", "description": "In characters, from 1"},
                "hint": {"type": "string", "description": "What to do about it"},
            },
        }
        return {
            "type": "object",
            "description": "Why the request was refused",
            "required": ["success", "errors", "meta"],
            "properties": {
                "success": {"const": False},
                "errors": {"type": "array", "items": error, "minItems": 1},
                "meta": _META,
            },
        }


_REQUEST_ID = {"type": "string", "examples": ["req_5f0c21ab"]}
_META: dict[str, Any] = {
    "type": "object",
    "required": ["requestId"],
    "properties": {"requestId": _REQUEST_ID},
}
_LIST_META: dict[str, Any] = {
    "type": "object",
    "required": ["requestId", "pagination"],
    "properties": {
        "requestId": _REQUEST_ID,
        "pagination": {
            "type": "object",
            "required": ["limit", "hasMore", "nextCursor"],
            "properties": {
                "limit": {"type": "integer"},
                "hasMore": {"type": "boolean"},
                "nextCursor": {"type": ["string", "null"]},
            },
        },
    },
}

ADMIN = AdminFace()
