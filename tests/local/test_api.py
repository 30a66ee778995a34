"""The HTTP API at the root of the port: front.py, http_api.py and mends/api_errors.py."""

from __future__ import annotations

import http.client
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from signoff_local import deployer
from tests.local.harness import BOUND, Stack

TEMPLATE = Path(__file__).parent / "fixture" / "template.yaml"


@pytest.fixture(scope="module")
def deployed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    """An emulator with the fixture deployed."""
    stack = Stack(tmp_path_factory.mktemp("api") / "home", mended=True)
    stack.start()
    deployer.deploy(stack.home, stack.port, TEMPLATE)
    yield stack
    stack.stop()


def ask(
    stack: Stack, method: str, path: str, body: bytes | None = None, **headers: str
) -> tuple[int, Any, http.client.HTTPMessage]:
    connection = http.client.HTTPConnection("127.0.0.1", stack.port, timeout=BOUND)
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    connection.request(method, path, body, named)
    answer = connection.getresponse()
    content = answer.read()
    connection.close()
    return answer.status, json.loads(content) if content else None, answer.headers


def test_a_route_gets_the_path_the_query_and_the_body_as_sent(deployed: Stack) -> None:
    status, seen, _ = ask(
        deployed,
        "POST",
        "/things/a%20b?x=1&x=2&y=%C3%A4",
        '{"text": "ä😀"}'.encode(),
        Content_Type="application/json",
        X_Actor_Id="alice",
    )

    assert status == 200
    assert seen["route"] == "POST /things/{thing}"
    assert seen["path"] == "/things/a b"
    assert seen["parameters"] == {"thing": "a b"}
    assert seen["query"] == "x=1&x=2&y=%C3%A4"
    assert json.loads(seen["body"]) == {"text": "ä😀"}
    assert seen["headers"]["x-actor-id"] == "alice"
    assert seen["greeting"] == "hello!"


def test_every_other_path_and_method_is_the_default_route(deployed: Stack) -> None:
    for method, path in [("GET", "/"), ("GET", "/health"), ("PUT", "/things/a"), ("OPTIONS", "/x")]:
        status, seen, _ = ask(deployed, method, path)
        assert (status, seen["route"], seen["path"]) == (200, "$default", path)


def test_a_call_to_aws_is_not_taken_for_one_of_ours(deployed: Stack) -> None:
    assert deployed.client("sts").get_caller_identity()["Account"] == "000000000000"
    assert ask(deployed, "GET", "/_ministack/ready")[0] == 200


def test_a_failing_function_is_a_500_that_says_nothing(deployed: Stack) -> None:
    expected = {"message": "Internal Server Error"}

    assert ask(deployed, "GET", "/things/raise")[:2] == (500, expected)
    assert ask(deployed, "GET", "/things/nonsense")[:2] == (500, expected)
    assert ask(deployed, "GET", "/things/slow")[:2] == (500, expected)


def test_a_body_that_is_too_large_is_413(deployed: Stack) -> None:
    status, seen, _ = ask(deployed, "POST", "/things/a", b"x" * (10 * 1024 * 1024 + 1))

    assert (status, seen) == (413, {"message": "Request Entity Too Large"})


def test_cookies_are_headers_of_their_own(deployed: Stack) -> None:
    _, _, headers = ask(deployed, "GET", "/things/cookies")

    assert headers.get_all("set-cookie") == ["a=1", "b=2"]


def test_a_function_may_do_what_its_role_says_and_no_more(deployed: Stack) -> None:
    outputs = deployer.deploy(deployed.home, deployed.port, TEMPLATE)
    read = deployed.call(outputs["ReadTable"], "read")
    kind, denied = deployed.call(outputs["ReadTable"], "write")

    assert read == (None, None)
    assert kind == "Unhandled"
    assert "dynamodb:PutItem" in denied["errorMessage"]


def test_bare_an_error_shows_the_inside(stack: Stack) -> None:
    """mends/api_errors.py, on an API made by hand."""
    gateway = stack.client("apigatewayv2")
    function = stack.function("def handler(event, context): raise RuntimeError('a secret')")
    api = gateway.create_api(Name="bare", ProtocolType="HTTP")["ApiId"]
    integration = gateway.create_integration(
        ApiId=api,
        IntegrationType="AWS_PROXY",
        IntegrationUri=function,
        PayloadFormatVersion="2.0",
    )["IntegrationId"]
    gateway.create_route(ApiId=api, RouteKey="GET /x", Target=f"integrations/{integration}")
    gateway.create_stage(ApiId=api, StageName="$default")

    status, seen, _ = ask(stack, "GET", f"/_aws/execute-api/{api}/$default/x")

    assert ((status, seen) == (500, {"message": "Internal Server Error"})) is stack.mended
    options = stack.client("apigatewayv2").create_route(
        ApiId=api, RouteKey="OPTIONS /x", Target=f"integrations/{integration}"
    )
    assert options["RouteKey"] == "OPTIONS /x"
    # mends/api_options.py: the route's function is asked, and fails.
    assert (api_answer(stack, api, "OPTIONS") == 500) is stack.mended


def api_answer(stack: Stack, api: str, method: str) -> int:
    """The status of a call by the front that knows our API's id only by its path."""
    return ask(stack, method, f"/_aws/execute-api/{api}/$default/x")[0]
