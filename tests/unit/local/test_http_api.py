"""From a SAM HTTP API's body to integrations and routes, and from requests to their addressee."""

from __future__ import annotations

import asyncio
from types import SimpleNamespace
from typing import Any

import pytest

from signoff_local import emulator, front
from signoff_local.front import API_ID, Front, speaks_aws
from signoff_local.http_api import expand
from signoff_local.process import StackError


def operation(**more: Any) -> dict[str, Any]:
    integration = {
        "type": "aws_proxy",
        "httpMethod": "POST",
        "uri": {"Fn::Sub": "uri"},
        "payloadFormatVersion": "2.0",
    }
    return {"x-amazon-apigateway-integration": integration, **more}


def api(paths: dict[str, Any], **more: Any) -> dict[str, Any]:
    body = {"info": {"title": "t"}, "paths": paths, **more}
    return {"Type": "AWS::ApiGatewayV2::Api", "Properties": {"Body": body}}


def test_each_operation_becomes_an_integration_and_a_route() -> None:
    paths = {
        "/a/{b}": {"get": operation()},
        "/a/b": {"get": operation()},
        "$default": {"x-amazon-apigateway-any-method": operation()},
    }

    found = expand({"Api": api(paths), "Other": {"Type": "T"}})

    routes = [r for r in found.values() if r["Type"] == "AWS::ApiGatewayV2::Route"]
    keys = [route["Properties"]["RouteKey"] for route in routes]
    assert keys == ["GET /a/{b}", "GET /a/b", "$default"]
    for route in routes:
        target = route["Properties"]["Target"]["Fn::Join"][1][1]["Ref"]
        assert found[target]["Properties"]["IntegrationType"] == "AWS_PROXY"
    assert found["Api"]["Properties"]["Tags"] == {"ms-custom-id": API_ID}
    assert "Body" not in found["Api"]["Properties"]
    assert found["Other"] == {"Type": "T"}


def test_what_would_be_lost_is_refused() -> None:
    with pytest.raises(StackError, match="has several"):
        expand({"A": api({}), "B": api({})})
    with pytest.raises(StackError, match="GET /a has an authorizer"):
        expand({"A": api({"/a": {"get": operation(security=[{"Token": []}])}})})


@pytest.mark.parametrize(
    ("path", "query", "headers", "expected"),
    [
        ("/api/v1/flows", b"", [(b"Authorization", b"Bearer wf_x")], False),
        ("/", b"", [(b"X-Actor-Id", b"alice")], False),
        ("/", b"", [(b"X-Amz-Target", b"DynamoDB_20120810.GetItem")], True),
        ("/bucket/key", b"", [(b"authorization", b"AWS4-HMAC-SHA256 Credential=x")], True),
        ("/bucket/key", b"X-Amz-Signature=x", [], True),
        ("/_ministack/ready", b"", [], True),
        ("/x", b"", [(b"Host", b"abc.execute-api.localhost:4566")], True),
    ],
)
def test_only_calls_to_aws_go_to_the_emulator(
    path: str, query: bytes, headers: list[tuple[bytes, bytes]], expected: bool
) -> None:
    scope = {"path": path, "query_string": query, "headers": headers}

    assert speaks_aws(scope) is expected


def test_an_answer_that_takes_too_long_is_503(monkeypatch: pytest.MonkeyPatch) -> None:
    async def handle_execute(*_: Any, **__: Any) -> Any:
        try:
            await asyncio.sleep(30)
        except asyncio.CancelledError:
            return 200, {}, b"late"

    gateway = SimpleNamespace(
        handle_execute=handle_execute,
        decode_http_api_path=lambda path: path,
        find_api_scope=lambda _: ("account", "region"),
    )
    monkeypatch.setattr(emulator, "module", lambda _: gateway)
    monkeypatch.setattr(front, "SECONDS", 0.01)
    sent: list[Any] = []

    async def receive() -> Any:
        return {"type": "http.request", "body": b""}

    async def send(message: Any) -> None:
        sent.append(message)

    async def theirs(*_: Any) -> None:
        raise AssertionError("it is a call of the API")

    scope = {"type": "http", "method": "GET", "path": "/slow", "headers": [], "query_string": b""}
    asyncio.run(Front(theirs, lambda: None)(scope, receive, send))

    assert sent[0]["status"] == 503
    assert sent[1]["body"] == b'{"message": "Service Unavailable"}'
