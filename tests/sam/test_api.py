"""The built API in Lambda's image: routes, refusals, and a document on its way."""

from __future__ import annotations

from typing import Any

import pytest

from tests.sam.conftest import call


def person(stack: dict[str, Any], actor: str, groups: str) -> dict[str, str]:
    """The headers of somebody for whom the ERP's key speaks, and who waits for what comes next."""
    return {
        "Authorization": f"Bearer {stack['api_keys']['integration']}",
        "X-Tenant-Id": stack["tenant"],
        "X-Actor-Id": actor,
        "X-Actor-Groups": groups,
        "Prefer": "wait=20",
    }


@pytest.mark.parametrize("path", ["/", "/api/v1/nothing-here"])
def test_an_unknown_path_is_refused_in_the_contracts_shape(api: str, path: str) -> None:
    status, body = call("GET", api + path, {})
    assert status == 404
    assert set(body) == {"error"}


def test_a_method_that_no_operation_has_is_refused_in_the_contracts_shape(api: str) -> None:
    status, body = call("DELETE", f"{api}/api/v1/flows", {})
    assert status == 405
    assert set(body) == {"error"}


def test_without_a_key_nobody_gets_in(api: str) -> None:
    status, body = call("GET", f"{api}/api/v1/worklists/mine", {"X-Actor-Id": "bob"})
    assert status == 401
    assert set(body) == {"error"}


def test_a_document_is_submitted_found_claimed_and_approved(
    api: str, stack: dict[str, Any]
) -> None:
    alice = person(stack, "alice", "initiators")
    bob = person(stack, "bob", "legal-reviewers")

    status, flow = call(
        "POST",
        f"{api}/api/v1/flows",
        alice,
        {"definitionKey": "document-approval", "documentRef": "übernahme-42 📄"},
    )
    assert status == 201
    assert flow["status"] == "RUNNING"
    (task,) = flow["pendingTasks"]

    status, worklist = call("GET", f"{api}/api/v1/worklists/group", bob)
    assert status == 200
    assert task["taskId"] in [each["taskId"] for each in worklist]

    status, claimed = call("POST", f"{api}/api/v1/tasks/{task['taskId']}/claim", bob)
    assert (status, claimed["ownerId"]) == (200, "bob")

    status, decided = call(
        "POST",
        f"{api}/api/v1/tasks/{task['taskId']}/decision",
        bob,
        {"outcome": "APPROVE", "comment": "gut ✅"},
    )
    assert status == 200
    assert decided["currentState"] == "FinalReview"
