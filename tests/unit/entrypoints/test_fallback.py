"""What no operation answers, in the words of the contract that the path lies in."""

import json

import pytest

from api.fallback.not_found import handler
from signoff.contracts.routes import ROUTES
from tests.support.gateway import Context, endpoints, event, public_endpoints


def ask(method, path):
    answer = handler(event(method, path), Context())
    return answer["statusCode"], json.loads(answer["body"]), answer["headers"]


@pytest.mark.parametrize("path", ["/", "/api/v1", "/api/v1/flow", "/api/v1/flows/a/b", "/x" * 500])
def test_an_unknown_path_is_404_without_credentials(path):
    assert ask("GET", path)[:2] == (404, {"error": "Not found"})


def test_an_unknown_path_below_admin_is_404_in_the_envelope():
    status, body, _ = ask("GET", "/api/v1/admin/nothing")
    assert status == 404
    assert body["success"] is False
    assert body["errors"][0]["code"] == "NOT_FOUND"


@pytest.mark.parametrize(
    ("method", "path", "allowed"),
    [
        ("DELETE", "/api/v1/flows", "GET, POST"),
        ("POST", "/api/v1/flows/abc", "GET"),
        ("GET", "/api/v1/tasks/abc/claim", "POST"),
        ("PATCH", "/api/v1/worklists/mine", "GET"),
        ("POST", "/api/v1/admin/keys/abc", "DELETE, GET, PATCH"),
        ("GET", "/api/v1/documents/uploads", "POST"),
        ("GET", "/oauth/token", "POST"),
    ],
)
def test_a_wrong_method_is_405_and_the_right_ones_are_named(method, path, allowed):
    status, body, headers = ask(method, path)
    assert (status, headers["Allow"]) == (405, allowed)
    assert ("error" in body) != ("errors" in body)


def test_the_table_of_routes_is_that_of_the_handlers():
    found = {}
    for method, path in [*endpoints(), *public_endpoints()]:
        found.setdefault(path, set()).add(method)
    assert {path: set(methods) for path, methods in ROUTES.items()} == found
