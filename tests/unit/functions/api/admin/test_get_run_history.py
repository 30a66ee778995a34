"""GET /api/v1/admin/runs/{runId}/history"""

from tests.support.gateway import Client
from tests.support.stack import Stack
from tests.unit.functions.api.admin.documents import data, error, pages

URL = "/api/v1/admin/runs"


def test_it_is_told_from_the_beginning(admin: Client, purchase: str) -> None:
    run = data(admin.post(URL, {"definition": purchase, "variables": {"amount": 1}}), 201)
    entries = data(admin.get(f"{URL}/{run['id']}/history"))
    assert [entry["sequence"] for entry in entries] == list(range(1, run["sequence"] + 1))
    assert entries[0]["type"] == "run.started"
    assert entries[0]["detail"]["variables"]["amount"] == 1
    assert entries[0]["actor"] == run["initiator"]
    assert entries[0]["via"]
    assert "task.opened" in [entry["type"] for entry in entries]
    assert len({entry["id"] for entry in entries}) == len(entries)


def test_it_comes_in_pages(admin: Client, purchase: str) -> None:
    run = data(admin.post(URL, {"definition": purchase}), 201)
    url = f"{URL}/{run['id']}"
    for number in range(5):
        admin.post(f"{url}/comments", {"comment": f"Note {number}"})
    whole = data(admin.get(f"{url}/history"))
    assert pages(admin, f"{url}/history", 2) == whole
    notes = [entry["detail"]["comment"] for entry in whole if entry["type"] == "comment.added"]
    assert notes == [f"Note {number}" for number in range(5)]


def test_what_is_not_there_is_404(stack: Stack, admin: Client, purchase: str) -> None:
    run = data(admin.post(URL, {"definition": purchase}), 201)
    nobodys = "00000000-0000-4000-8000-000000000000"
    assert error(admin.get(f"{URL}/{nobodys}/history"), 404)[0] == "NOT_FOUND"
    other = Client(stack.new_key("admin:*", tenant="umbrella"))
    assert error(other.get(f"{URL}/{run['id']}/history"), 404)[0] == "NOT_FOUND"
