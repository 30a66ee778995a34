"""A face and endpoints with services of the test's own, so that only the factory is judged."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Annotated, Any

import pytest
from pydantic import BaseModel, ConfigDict, Field

from signoff.contracts.flow.face import FLOW
from signoff.entrypoints import reading
from signoff.entrypoints.endpoint import Endpoint, endpoint
from signoff.entrypoints.face import Face
from signoff.errors import Unauthenticated
from signoff.identity.principal import Principal
from tests.support.gateway import Context, event

GOOD = "Bearer good"
ALL = frozenset({"things:write", "things:read", "actors:assert"})


class Inner(BaseModel):
    """A body within a body."""


class Thing(BaseModel):
    """A request body of every kind of field."""

    model_config = ConfigDict(strict=True)

    name: Annotated[str, Field(max_length=10)]
    count: int = 1
    nested: dict[str, Any] | None = None
    inner: Inner | None = None
    names: Annotated[list[str], Field(max_length=2)] = []


class Shown(BaseModel):
    """An answer."""

    said: str


@pytest.fixture
def scopes(monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    """Sets what the good key may do; everything at first."""
    held = {"scopes": ALL}

    def authenticate(authorization: str | None, tenant: str | None, ip: str | None) -> Principal:
        if authorization != GOOD:
            raise Unauthenticated("A valid API key is required")
        return Principal("acme", held["scopes"], "key-1", "Tests")

    monkeypatch.setattr(reading, "authenticate", authenticate)

    def set_scopes(*names: str) -> None:
        held["scopes"] = frozenset(names)

    return set_scopes


def make(
    run: Callable[[Any], Any],
    route: str = "POST /things",
    *,
    face: Face = FLOW,
    scope: str = "things:write",
    **settings: Any,
) -> Endpoint:
    """An endpoint of the test's own."""
    return endpoint(face, route, run, scope=scope, **settings)


def ask(
    handler: Callable[[Any, Any], Any],
    *,
    method: str = "POST",
    path: str = "/things",
    body: Any = None,
    headers: Mapping[str, str] | None = None,
    query: Mapping[str, str] | None = None,
    path_parameters: Mapping[str, str] | None = None,
) -> tuple[int, Any, dict[str, str]]:
    """Status, parsed body and headers of the answer; a body that is no text or bytes is JSON."""
    raw = body if body is None or isinstance(body, str | bytes) else json.dumps(body)
    sent = event(
        method,
        path,
        headers={"Authorization": GOOD, **(headers or {})},
        body=raw,
        query=query,
        path_parameters=path_parameters,
    )
    answer = handler(sent, Context())
    text = answer.get("body")
    return answer["statusCode"], json.loads(text) if text else None, answer["headers"]
