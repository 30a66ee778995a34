"""What every operation of the admin API takes alike: ids, query parameters, and no body at all."""

import pytest

from tests.support.gateway import Client, endpoints
from tests.unit.functions.api.admin.documents import data, error

ADMIN = "/api/v1/admin"
URL = f"{ADMIN}/runs"


@pytest.fixture
def run_id(admin: Client, purchase: str) -> str:
    """A run that waits for its review."""
    return str(data(admin.post(URL, {"definition": purchase}), 201)["id"])


def wi(run_id: str) -> str:
    """The run's id in the Approvals API."""
    return f"wi_{run_id.replace('-', '')}"


def test_a_run_is_taken_by_its_id_of_the_approvals_api(admin: Client, run_id: str) -> None:
    for name in (wi(run_id), f"wi_{wi(run_id)[3:].upper()}", run_id.upper()):
        assert data(admin.get(f"{URL}/{name}"))["id"] == run_id
    assert data(admin.get(f"{URL}/{wi(run_id)}/history"))[0]["runId"] == run_id
    entry = data(admin.post(f"{URL}/{wi(run_id)}/comments", {"comment": "hm"}), 201)
    assert entry["runId"] == run_id
    assert data(admin.post(f"{URL}/{wi(run_id)}/cancel"))["id"] == run_id


@pytest.mark.parametrize("name", ["wi_8a3b9c2d", f"wi_{'a' * 33}", "WI_" + "a" * 32, "a" * 32])
def test_what_is_no_id_of_a_run_is_400(admin: Client, name: str) -> None:
    assert error(admin.get(f"{URL}/{name}"), 400) == ("VALIDATION_FAILED", "runId")


def test_one_command_is_the_same_under_both_ids(admin: Client, run_id: str) -> None:
    said = {"comment": "hm"}
    first = admin.post(f"{URL}/{run_id}/comments", said, Idempotency_Key="k")
    again = admin.post(f"{URL}/{wi(run_id)}/comments", said, Idempotency_Key="k")
    assert (first.status, first.text) == (again.status, again.text)


def test_a_definition_is_taken_by_its_id_of_the_approvals_api(admin: Client, purchase: str) -> None:
    assert data(admin.get(f"{ADMIN}/definitions/wt_{purchase}"))["key"] == purchase
    run = data(admin.post(URL, {"definition": f"wt_{purchase}"}), 201)
    assert run["definitionKey"] == purchase
    answer = admin.get(f"{ADMIN}/definitions/wt_wt_{purchase}")
    assert error(answer, 404) == ("NOT_FOUND", "definition")


@pytest.mark.parametrize(
    ("query", "name", "there"),
    [
        ("audit?since=2026-01-01T00:00:00Z", "since", "actor, subject, type, via, from, to, limit"),
        ("runs?state=RUNNING", "state", "definition, status, initiator"),
        ("keys?name=ERP", "name", "there are limit, cursor"),
        ("settings/documents?limit=1", "limit", "takes none"),
    ],
)
def test_a_parameter_that_there_is_not_is_400(
    admin: Client, query: str, name: str, there: str
) -> None:
    answer = admin.get(f"{ADMIN}/{query}")
    assert error(answer, 400) == ("VALIDATION_FAILED", name)
    message = answer.body["errors"][0]["message"]
    assert message.startswith(f"There is no query parameter '{name}'; ")
    assert there in message


def test_only_operations_of_the_admin_api_are_strict(admin: Client) -> None:
    strict = {path for (_, path), each in endpoints().items() if each.operation.face.strict_query}
    assert strict
    assert all(path.startswith(ADMIN) for path in strict)


def test_no_body_is_one_without_fields(admin: Client, run_id: str) -> None:
    data(admin.post(f"{URL}/{run_id}/cancel"))
    restarted = data(admin.post(f"{URL}/{run_id}/restart"))
    assert (restarted["status"], restarted["generation"]) == ("RUNNING", 2)
    key = {"name": "ERP", "scopes": ["flows:read"]}
    key_id = data(admin.post(f"{ADMIN}/keys", key), 201)["id"]
    assert data(admin.post(f"{ADMIN}/keys/{key_id}/rotate"))["secret"]
    answer = admin.post(f"{URL}/{run_id}/comments")
    assert error(answer, 400) == ("VALIDATION_FAILED", None)
