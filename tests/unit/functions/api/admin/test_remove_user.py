"""DELETE /api/v1/admin/users/{userId}"""

from tests.support.gateway import Client
from tests.support.stack import Stack
from tests.unit.functions.api.admin.documents import data, delete, error
from tests.unit.functions.api.admin.people import USERS, edit, employ, settings_entries

ASK = """
key: ask
name: Ask
steps:
  - id: Review
    type: approval
    config: {mode: direct, candidates: {users: [bob]}, outcomes: {APPROVE: {}}}
"""


def test_their_open_tasks_go_on_and_their_name_stays(admin: Client, stack: Stack) -> None:
    stack.publish(ASK)
    employ(admin, "erin")
    employ(admin, "bob", managerId="erin", groups=["legal"])
    run = data(admin.post("/api/v1/admin/runs", {"definition": "ask"}), 201)
    removed = data(delete(admin, f"{USERS}/bob"))
    assert (removed["status"], removed["groups"]) == ("REMOVED", ["legal"])
    shown = data(admin.get(f"/api/v1/admin/runs/{run['id']}"))
    assert [task["owner"] for task in shown["openTasks"]] == ["erin"]
    assert data(admin.get(f"{USERS}/bob")) == removed
    assert data(delete(admin, f"{USERS}/bob")) == removed
    assert [type_ for type_, _ in settings_entries()].count("user.removed") == 1
    assert edit(admin, "bob", active=True)["status"] == "ACTIVE"


def test_nobody_there_and_another_tenants_are_404(admin: Client, stack: Stack) -> None:
    employ(admin, "bob")
    other = Client(stack.new_key("admin:*", tenant="umbrella"))
    for client, name in ((admin, "nobody"), (other, "bob")):
        assert error(delete(client, f"{USERS}/{name}"), 404)[0] == "NOT_FOUND"
    assert data(admin.get(f"{USERS}/bob"))["status"] == "ACTIVE"


def test_an_administrator_is_removed_by_administrators_only(admin: Client, stack: Stack) -> None:
    employ(admin, "adam", roles=["admin"])
    keeper = Client(stack.new_key("admin:users"))
    assert error(delete(keeper, f"{USERS}/adam"), 403)[0] == "FORBIDDEN"
    assert data(delete(admin, f"{USERS}/adam"))["status"] == "REMOVED"
