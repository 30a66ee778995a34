"""From a SAM HTTP API's body to integrations and routes, and from requests to their addressee."""

from __future__ import annotations

from typing import Any

import pytest

from signoff_local.front import API_ID, speaks_aws
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
