"""The OpenAPI documents: fresh, valid, and complete where the page has something to say."""

from __future__ import annotations

import importlib
from typing import Any

import jsonschema
import pytest
import yaml
from openapi_spec_validator import validate
from scripts import openapi

from signoff.contracts.approvals import models as approvals_models
from signoff.contracts.approvals import models_events as approvals_events
from signoff.contracts.approvals.examples import EXAMPLES as APPROVALS_EXAMPLES
from signoff.contracts.flow import models as flow_models
from signoff.contracts.flow.examples import EXAMPLES as FLOW_EXAMPLES
from signoff.contracts.routes import ROUTES
from signoff.identity.scopes import SCOPES
from tests.support.gateway import endpoints
from tests.support.sam import ROOT

APPROVALS_MODELS = vars(approvals_models) | vars(approvals_events)
FILES = ("flow-api.openapi.yaml", "approvals-api.openapi.yaml", "admin-api.openapi.yaml")

# Every schema of the page: field → whether it is required. (contract page, "Schemas")
PAGE: dict[str, dict[str, bool]] = {
    "AuditEntry": {"actorId": True, "detail": True, "occurredAt": True, "type": True},
    "DecisionRequest": {"comment": False, "outcome": True},
    "FlowStatus": dict.fromkeys(
        (
            "flowId",
            "definitionKey",
            "currentState",
            "status",
            "terminalOutcome",
            "pendingTasks",
        ),
        True,
    ),
    "FlowSummary": dict.fromkeys(
        (
            "flowId",
            "definitionKey",
            "currentState",
            "status",
            "terminalOutcome",
            "documentRef",
            "submitterId",
            "updatedAt",
        ),
        True,
    ),
    "SubmitDocumentRequest": {"definitionKey": True, "documentRef": True},
    "TaskSummary": {
        "taskId": True,
        "flowId": True,
        "stateName": True,
        "candidateGroupId": True,
        "status": True,
        "ownerId": False,
    },
}

# (method, path) → statuses that the page names.
PAGE_STATUSES = {
    ("get", "/api/v1/flows"): {"200"},
    ("post", "/api/v1/flows"): {"201", "403", "404", "422"},
    ("get", "/api/v1/flows/{flowId}"): {"200", "404"},
    ("post", "/api/v1/tasks/{taskId}/claim"): {"200", "403", "404", "409"},
    ("post", "/api/v1/tasks/{taskId}/decision"): {"200", "403", "404", "409", "422"},
    ("post", "/api/v1/tasks/{taskId}/release"): {"200", "403", "404", "409"},
    ("get", "/api/v1/worklists/group"): {"200"},
    ("get", "/api/v1/worklists/mine"): {"200"},
}


def committed(file: str) -> Any:
    return yaml.safe_load((ROOT / "contracts" / file).read_text(encoding="utf-8"))


def test_the_committed_documents_are_what_the_code_says():
    for path, text in openapi.documents():
        assert path.read_text(encoding="utf-8") == text, f"{path.name}: run make openapi"


@pytest.mark.parametrize("file", FILES)
def test_a_document_is_valid_openapi_3_1(file):
    document = committed(file)
    assert document["openapi"] == "3.1.0"
    validate(document)


def test_every_operation_names_its_scope_and_what_may_hold_it():
    taken = {"any": ["apiKey", "userToken"], "user": ["userToken"]}
    documents = [committed(file) for file in FILES]
    for operation in openapi.find_operations():
        (described,) = [
            document["paths"][operation.path][operation.method.lower()]
            for document in documents
            if operation.method.lower() in document["paths"].get(operation.path, {})
        ]
        names = taken[operation.credentials]
        assert described["security"] == [
            {name: [scope]} for scope in operation.scopes for name in names
        ]
        for scope in operation.scopes:
            assert scope in SCOPES
            assert f"`{scope}`" in described["description"]


@pytest.mark.parametrize("file", FILES)
def test_the_scopes_of_a_document_are_those_that_its_operations_ask_for(file):
    document = committed(file)
    flow = document["components"]["securitySchemes"]["userToken"]["flows"]["authorizationCode"]
    asked = {
        scope
        for path in document["paths"].values()
        for described in path.values()
        for scheme in described["security"]
        for scopes in scheme.values()
        for scope in scopes
    }
    assert set(flow["scopes"]) == asked
    assert {flow["authorizationUrl"], flow["tokenUrl"]} <= set(ROUTES)


def test_the_flow_document_has_the_operations_and_statuses_of_the_page():
    paths = committed("flow-api.openapi.yaml")["paths"]
    found = {
        (method, path): set(each["responses"])
        for path in paths
        for method, each in paths[path].items()
    }
    assert set(found) == set(PAGE_STATUSES)
    for operation, statuses in PAGE_STATUSES.items():
        assert statuses <= found[operation], operation


@pytest.mark.parametrize("name", PAGE)
def test_a_schema_has_the_fields_of_the_page(name):
    schema = committed("flow-api.openapi.yaml")["components"]["schemas"][name]
    required = set(schema["required"])
    fields = {field: field in required for field in schema["properties"]}
    if name == "DecisionRequest":  # ours alone: what was filled into the task's form
        assert fields.pop("data") is False
    assert fields == PAGE[name]


def test_flow_status_with_history_is_flow_status_and_history():
    schemas = committed("flow-api.openapi.yaml")["components"]["schemas"]
    plain, more = schemas["FlowStatus"], schemas["FlowStatusWithHistory"]
    assert set(more["properties"]) == {*plain["properties"], "history"}
    assert set(more["required"]) == {*plain["required"], "history"}


EXAMPLES: list[tuple[str, Any, str, list[Any]]] = [
    (file, models, name, found)
    for file, models, examples in (
        ("flow-api.openapi.yaml", vars(flow_models), FLOW_EXAMPLES),
        ("approvals-api.openapi.yaml", APPROVALS_MODELS, APPROVALS_EXAMPLES),
    )
    for name, found in examples.items()
]


@pytest.mark.parametrize(("file", "models", "name", "examples"), EXAMPLES)
def test_an_example_fits_its_model(file, models, name, examples):
    document = committed(file)
    schema = {"$ref": f"#/components/schemas/{name}", "components": document["components"]}
    for example in examples:
        models[name].model_validate(example)
        jsonschema.validate(example, schema)


@pytest.mark.parametrize("file", FILES)
def test_the_example_of_every_refusal_fits_the_refusals_schema(file):
    components = committed(file)["components"]
    for response in components["responses"].values():
        content = response["content"]["application/json"]
        jsonschema.validate(content["example"], components["schemas"]["Refusal"])


def test_every_operation_asks_for_a_scope_that_exists():
    for endpoint in endpoints().values():
        operation = endpoint.operation
        assert set(operation.scopes) <= set(SCOPES)
        assert operation.scope.startswith("admin:") == (operation.face.name == "admin")


def test_an_operations_function_has_its_modules_name():
    """The route function, the module and the operationId are one name."""
    for endpoint in endpoints().values():
        run = endpoint.operation.run
        assert run.__name__ == run.__module__.rpartition(".")[2]
        assert importlib.import_module(run.__module__).__doc__ == (
            f"{endpoint.operation.method} {endpoint.operation.path}"
        )
