"""GET /api/v1/admin/runs"""

import pytest

from tests.support.gateway import Client
from tests.support.stack import Stack
from tests.unit.functions.api.admin.documents import data, error, pages

URL = "/api/v1/admin/runs"


@pytest.fixture
def started(admin: Client, purchase: str) -> list[str]:
    """Ids of four runs in the order of their start."""
    return [data(admin.post(URL, {"definition": purchase}), 201)["id"] for _ in range(4)]


def test_the_newest_start_is_first(admin: Client, started: list[str]) -> None:
    wanted = started[::-1]
    assert [run["id"] for run in data(admin.get(URL))] == wanted
    assert [run["id"] for run in pages(admin, URL, 1)] == wanted
    assert [run["id"] for run in pages(admin, URL, 3)] == wanted


def test_a_status_narrows_it(admin: Client, started: list[str]) -> None:
    data(admin.post(f"{URL}/{started[1]}/cancel", {}))
    [cancelled] = data(admin.get(f"{URL}?status=CANCELLED"))
    assert cancelled["id"] == started[1]
    assert "openTasks" not in cancelled
    running = [run["id"] for run in pages(admin, f"{URL}?status=RUNNING", 2)]
    assert running == [started[3], started[2], started[0]]
    assert data(admin.get(f"{URL}?status=FAILED")) == []


@pytest.mark.parametrize("status", ["running", "DONE", "RUNNING,FAILED"])
def test_a_status_that_does_not_exist_is_400(admin: Client, status: str) -> None:
    assert error(admin.get(f"{URL}?status={status}"), 400) == ("VALIDATION_FAILED", "status")


def test_another_tenant_sees_nothing(stack: Stack, started: list[str]) -> None:
    other = Client(stack.new_key("admin:*", tenant="umbrella"))
    assert data(other.get(URL)) == []


def test_it_takes_the_scope_for_runs(stack: Stack) -> None:
    answer = Client(stack.new_key("admin:keys", "admin:definitions")).get(URL)
    assert error(answer, 403)[0] == "SCOPE_INSUFFICIENT"


@pytest.fixture
def mixed(stack: Stack, admin: Client, purchase: str) -> dict[str, list[str]]:
    """Runs of two definitions by two people, oldest first, by definition and by person."""
    stack.world.publish(OTHER)
    ids: dict[str, list[str]] = {"purchase": [], "other": [], "alice": [], "bob": []}
    for definition, person in (
        ("purchase", "alice"), ("other", "alice"), ("purchase", "bob"),
        ("other", "bob"), ("purchase", "alice"),
    ):  # fmt: skip
        headers = {"X-Actor-Id": person}
        run_id = data(admin.post(URL, {"definition": definition}, **headers), 201)["id"]
        ids[definition].append(run_id)
        ids[person].append(run_id)
    return ids


OTHER = """
key: other
name: Other
steps:
  - id: check
    type: approval
    config: {mode: direct, candidates: {users: [bob]}, outcomes: {ok: {}}}
"""


def ids_of(admin: Client, query: str, limit: int = 50) -> list[str]:
    return [run["id"] for run in pages(admin, f"{URL}?{query}", limit)]


@pytest.mark.parametrize("limit", [1, 2, 50])
def test_a_definition_narrows_it_by_key_and_by_uuid(
    admin: Client, mixed: dict[str, list[str]], limit: int
) -> None:
    wanted = mixed["purchase"][::-1]
    assert ids_of(admin, "definition=purchase", limit) == wanted
    [run, *_] = data(admin.get(f"{URL}?definition=purchase"))
    assert ids_of(admin, f"definition={run['definitionId']}", limit) == wanted
    data(admin.post(f"{URL}/{wanted[1]}/cancel", {}))
    assert ids_of(admin, "definition=purchase&status=CANCELLED", limit) == [wanted[1]]
    assert ids_of(admin, "definition=purchase&status=RUNNING", limit) == [wanted[0], wanted[2]]
    assert ids_of(admin, "definition=wt_purchase", limit) == wanted
    for unknown in ("nothing-of-the-kind", "wt_nothing", "wt_", "wt_wt_purchase"):
        answer = admin.get(f"{URL}?definition={unknown}")
        assert error(answer, 404) == ("NOT_FOUND", "definition")


@pytest.mark.parametrize("limit", [1, 2, 50])
def test_an_initiator_narrows_it(admin: Client, mixed: dict[str, list[str]], limit: int) -> None:
    assert sorted(ids_of(admin, "initiator=alice", limit)) == sorted(mixed["alice"])
    both = sorted(set(mixed["alice"]) & set(mixed["purchase"]))
    assert sorted(ids_of(admin, "initiator=alice&definition=purchase", limit)) == both
    assert ids_of(admin, "initiator=alice&status=FAILED", limit) == []
    assert ids_of(admin, "initiator=nobody", limit) == []


@pytest.mark.parametrize("limit", [1, 2, 50])
@pytest.mark.parametrize("narrowing", ["", "definition=purchase&", "status=RUNNING&"])
def test_a_time_narrows_it(
    admin: Client, mixed: dict[str, list[str]], narrowing: str, limit: int
) -> None:
    runs = [run for run in data(admin.get(URL)) if not narrowing.startswith("def") or
            run["definitionKey"] == "purchase"]  # fmt: skip
    newest, middle, oldest = runs[0], runs[1], runs[-1]
    span = f"startedAfter={oldest['startedAt']}&startedBefore={newest['startedAt']}"
    assert ids_of(admin, narrowing + span, limit) == [
        run["id"] for run in runs if run["startedAt"] < newest["startedAt"]
    ]
    from_middle = ids_of(admin, f"{narrowing}startedAfter={middle['startedAt']}", limit)
    assert from_middle == [
        run["id"] for run in runs if run["startedAt"] >= middle["startedAt"]
    ]  # fmt: skip
    assert ids_of(admin, f"{narrowing}startedBefore=2020-01-01T00:00:00Z", limit) == []
    assert ids_of(admin, f"{narrowing}startedAfter=2999-01-01T00:00:00Z", limit) == []


def test_all_filters_together(admin: Client, mixed: dict[str, list[str]]) -> None:
    query = (
        "definition=other&status=RUNNING&initiator=bob"
        "&startedAfter=2020-01-01T00:00:00Z&startedBefore=2999-01-01T00:00:00Z"
    )
    assert ids_of(admin, query) == [mixed["other"][1]]


@pytest.mark.parametrize("query", ["startedAfter=yesterday", "startedBefore=2026-01-01"])
def test_a_moment_that_is_none_is_400(admin: Client, query: str) -> None:
    field = query.partition("=")[0]
    assert error(admin.get(f"{URL}?{query}"), 400) == ("VALIDATION_FAILED", field)


def test_a_cursor_of_nothing_is_400_with_every_filter(admin: Client, purchase: str) -> None:
    for query in (
        "definition=purchase",
        "definition=none",
        "initiator=x",
        "startedAfter=2020-01-01T00:00:00Z",
    ):
        assert error(admin.get(f"{URL}?{query}&cursor=%21"), 400)[1] == "cursor"


def test_another_tenants_definition_has_no_runs_here(
    stack: Stack, admin: Client, mixed: dict[str, list[str]]
) -> None:
    [run, *_] = data(admin.get(f"{URL}?definition=purchase"))
    other = Client(stack.new_key("admin:*", tenant="umbrella"))
    answer = other.get(f"{URL}?definition={run['definitionId']}")
    assert error(answer, 404) == ("NOT_FOUND", "definition")
    assert data(other.get(f"{URL}?initiator=alice")) == []
