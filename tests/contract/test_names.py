"""One name ties everything: route, operation, logical id, handler module, event and test (STYLE).

The operation claimTask is the resource ClaimTask, the handler api.flows.claim_task.handler, the
file functions/api/flows/claim_task.py and the event events/api/flows/claim_task.json.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.support import sam

# The folder of an endpoint says which contract it serves.
CONTRACTS = {
    "flows": "flow-api.openapi.yaml",
    "approvals": "approvals-api.openapi.yaml",
    "documents": "approvals-api.openapi.yaml",
    "admin": "admin-api.openapi.yaml",
}
# RFC 6749 is its document; the others name it as a security scheme. Pages are HTML for people.
STANDARD = {"oauth", "pages"}
HTTP_METHODS = {"get", "put", "post", "delete", "patch"}

FUNCTIONS = {
    name: each["Properties"]
    for name, each in sam.template()["Resources"].items()
    if each["Type"] == "AWS::Serverless::Function"
}


def module_of(function: str) -> str:
    """The dotted module of a function's handler."""
    module, _, attribute = FUNCTIONS[function]["Handler"].rpartition(".")
    assert attribute == "handler"
    return str(module)


def path_of(function: str) -> Path:
    """The module's file below functions/, without its suffix."""
    return Path(*module_of(function).split("."))


def pascal(snake: str) -> str:
    """claim_task as a logical id: ClaimTask."""
    return "".join(part.capitalize() for part in snake.split("_"))


def camel(snake: str) -> str:
    """claim_task as an operation id: claimTask."""
    return snake[0] + pascal(snake)[1:]


def routes() -> dict[tuple[str, str, str], str]:
    """The function behind each (contract, method, path) of the template."""
    found = {}
    for name, properties in FUNCTIONS.items():
        for event in properties.get("Events", {}).values():
            if event["Type"] == "HttpApi" and "Path" in event["Properties"]:
                folder = path_of(name).parts[1]
                contract = folder if folder in STANDARD else CONTRACTS[folder]
                key = (contract, event["Properties"]["Method"].lower(), event["Properties"]["Path"])
                assert key not in found, f"{key} has two functions"
                found[key] = name
    return found


def operations() -> dict[tuple[str, str, str], str]:
    """The operation id behind each (contract, method, path) of the OpenAPI documents."""
    found = {}
    for contract in CONTRACTS.values():
        text = (sam.ROOT / "contracts" / contract).read_text(encoding="utf-8")
        document: dict[str, Any] = yaml.safe_load(text)
        for path, item in document["paths"].items():
            for method in HTTP_METHODS & set(item):
                found[contract, method, path] = item[method]["operationId"]
    return found


def modules() -> set[str]:
    """Every module below functions/ that is a function; a leading underscore marks a helper."""
    folder = sam.ROOT / "functions"
    return {
        ".".join(path.relative_to(folder).with_suffix("").parts)
        for path in folder.rglob("*.py")
        if not path.name.startswith("_")
    }


def test_every_handler_module_is_a_function_and_every_function_a_handler_module() -> None:
    assert {module_of(name) for name in FUNCTIONS} == modules()


@pytest.mark.parametrize("function", sorted(FUNCTIONS))
def test_a_logical_id_is_its_modules_name(function: str) -> None:
    assert function == pascal(path_of(function).name)


def test_the_routes_are_the_operations_of_the_contracts() -> None:
    expected = {
        key: camel(path_of(function).name)
        for key, function in routes().items()
        if key[0] not in STANDARD
    }
    assert expected == operations()


def test_only_the_fallback_has_no_route_of_its_own() -> None:
    routed = set(routes().values())
    endpoints = {name for name in FUNCTIONS if path_of(name).parts[0] == "api"}
    assert endpoints - routed == {"NotFound"}


def test_every_function_has_one_sample_event_and_no_event_is_left_over() -> None:
    folder = sam.ROOT / "events"
    events = {path.relative_to(folder).with_suffix("") for path in folder.rglob("*.json")}
    assert events == {path_of(name) for name in FUNCTIONS}


@pytest.mark.parametrize(("key", "function"), sorted(routes().items()))
def test_an_endpoints_event_comes_by_its_route(key: tuple[str, str, str], function: str) -> None:
    _, method, path = key
    file = sam.ROOT / "events" / path_of(function).with_suffix(".json")
    event = json.loads(file.read_text(encoding="utf-8"))
    assert event["version"] == "2.0"
    assert event["routeKey"] == f"{method.upper()} {path}"
    assert event["requestContext"]["http"]["method"] == method.upper()
    assert event["rawPath"] == path.format(**event.get("pathParameters", {}))
    assert event["requestContext"]["http"]["path"] == event["rawPath"]
