"""API Gateway's HTTP API in this process: routes to handlers, events in payload format 2.0.

The routes come from the handlers themselves; what none takes goes to the ``$default`` function.
"""

from __future__ import annotations

import base64
import importlib
import json
import re
import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

from urllib3.filepost import encode_multipart_formdata

from signoff.entrypoints.endpoint import Endpoint
from signoff.entrypoints.public import PublicEndpoint
from tests.support.sam import ROOT

Handler = Callable[[dict[str, Any], Any], Any]


class Context:
    """Lambda's context, as far as anybody reads it."""

    aws_request_id = "5b2c-test"
    function_name = "signoff-test"
    memory_limit_in_mb = 1024
    invoked_function_arn = "arn:aws:lambda:eu-central-1:123456789012:function:signoff-test"

    def __init__(self, milliseconds: int = 29_000) -> None:
        self._milliseconds = milliseconds

    def get_remaining_time_in_millis(self) -> int:
        """Milliseconds until the function is killed."""
        return self._milliseconds


@dataclass(frozen=True)
class Answer:
    """What the client gets; ``body`` is parsed where it is JSON. Header names in lower case."""

    status: int
    body: Any
    headers: Mapping[str, str]
    text: str


@lru_cache(maxsize=1)
def endpoints() -> dict[tuple[str, str], Endpoint]:
    """Every endpoint below functions/api by method and path template."""
    found: dict[tuple[str, str], Endpoint] = {}
    for path in sorted((ROOT / "functions" / "api").rglob("*.py")):
        name = ".".join(path.relative_to(ROOT / "functions").with_suffix("").parts)
        handler = importlib.import_module(name).handler
        if isinstance(handler, Endpoint):
            found[handler.operation.method, handler.operation.path] = handler
    return found


@lru_cache(maxsize=1)
def public_endpoints() -> dict[tuple[str, str], PublicEndpoint]:
    """Those that ask for no credentials, in the same way."""
    found: dict[tuple[str, str], PublicEndpoint] = {}
    for folder in ("oauth", "pages"):
        for path in sorted((ROOT / "functions" / "api" / folder).glob("*.py")):
            handler = importlib.import_module(f"api.{folder}.{path.stem}").handler
            found[handler.method, handler.path] = handler
    return found


def event(
    method: str,
    path: str,
    *,
    headers: Mapping[str, str] | None = None,
    query: Mapping[str, str] | None = None,
    body: bytes | str | None = None,
    path_parameters: Mapping[str, str] | None = None,
) -> dict[str, Any]:
    """A request as API Gateway hands it on: bytes that are no text come in base64."""
    made: dict[str, Any] = {
        "version": "2.0",
        "routeKey": "$default",
        "rawPath": path,
        "rawQueryString": "",
        "headers": {name.lower(): value for name, value in (headers or {}).items()},
        "requestContext": {
            "requestId": str(uuid.uuid4()),
            "http": {"method": method, "path": path, "sourceIp": "203.0.113.7"},
        },
        "isBase64Encoded": False,
    }
    if query:
        made["queryStringParameters"] = dict(query)
    if path_parameters:
        made["pathParameters"] = dict(path_parameters)
    if isinstance(body, bytes):
        made["body"], made["isBase64Encoded"] = base64.b64encode(body).decode(), True
    elif body is not None:
        made["body"] = body
    return made


def find_route(method: str, path: str) -> tuple[Handler, dict[str, str]]:
    """The handler for a path and its parameters; a literal path wins over a template."""
    routes: dict[tuple[str, str], Handler] = {**public_endpoints(), **endpoints()}
    for candidate in sorted(routes, key=lambda key: key[1].count("{")):
        pattern = re.sub(r"\{(\w+)\}", r"(?P<\1>[^/]+)", candidate[1])
        match = re.fullmatch(pattern, path)
        if candidate[0] == method and match:
            parameters = {name: unquote(text) for name, text in match.groupdict().items()}
            return routes[candidate], parameters
    fallback: Handler = importlib.import_module("api.fallback.not_found").handler
    return fallback, {}


def send(
    method: str,
    url: str,
    *,
    headers: Mapping[str, str] | None = None,
    body: bytes | str | None = None,
) -> Answer:
    """Send a request through the gateway. Repeated query parameters are joined by commas."""
    parts = urlsplit(url)
    query: dict[str, str] = {}
    for name, value in parse_qsl(parts.query, keep_blank_values=True):
        query[name] = f"{query[name]},{value}" if name in query else value
    handler, parameters = find_route(method, parts.path)
    answer = handler(
        event(
            method,
            parts.path,
            headers=headers,
            query=query,
            body=body,
            path_parameters=parameters,
        ),
        Context(),
    )
    text = answer.get("body", "")
    return Answer(
        status=answer["statusCode"],
        body=json.loads(text) if text and _is_json(answer) else None,
        headers={name.lower(): value for name, value in answer["headers"].items()},
        text=text,
    )


def _is_json(answer: dict[str, Any]) -> bool:
    return str(answer["headers"].get("Content-Type")) == "application/json"


@dataclass(frozen=True)
class Client:
    """Somebody who calls the API: with a key, in the name of an actor."""

    key: str
    actor: str | None = None
    groups: str | None = None
    headers: Mapping[str, str] = field(default_factory=dict)

    def get(self, url: str, **headers: str) -> Answer:
        """Send a GET."""
        return send("GET", url, headers=self._headers(headers))

    def post(self, url: str, body: Any = None, **headers: str) -> Answer:
        """Send a POST; ``body`` is sent as JSON unless it is text or bytes."""
        raw = body if body is None or isinstance(body, bytes | str) else json.dumps(body)
        return send("POST", url, headers=self._headers(headers), body=raw)

    def put(self, url: str, body: Any, **headers: str) -> Answer:
        """Send a PUT with a JSON body."""
        return send("PUT", url, headers=self._headers(headers), body=json.dumps(body))

    def patch(self, url: str, body: Any, **headers: str) -> Answer:
        """Send a PATCH with a JSON body."""
        return send("PATCH", url, headers=self._headers(headers), body=json.dumps(body))

    def delete(self, url: str, **headers: str) -> Answer:
        """Send a DELETE."""
        return send("DELETE", url, headers=self._headers(headers))

    def upload(self, url: str, file: bytes, name: str = "note.txt", **more: str) -> Answer:
        """Send a form with a file; ``more`` are its text fields, and headers that have a ``_``."""
        headers = {each: text for each, text in more.items() if "_" in each}
        fields = {each: text for each, text in more.items() if "_" not in each}
        body, kind = encode_multipart_formdata({**fields, "file": (name, file)})
        return send(
            "POST", url, headers=self._headers({**headers, "Content_Type": kind}), body=body
        )

    def _headers(self, more: Mapping[str, str]) -> dict[str, str]:
        named = {"X-Actor-Id": self.actor, "X-Actor-Groups": self.groups}
        return {
            "Authorization": f"Bearer {self.key}",
            "Content-Type": "application/json",
            **{name: value for name, value in named.items() if value is not None},
            **self.headers,
            **{name.replace("_", "-"): value for name, value in more.items()},
        }
