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
