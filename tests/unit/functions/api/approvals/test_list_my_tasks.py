"""GET /api/v1/workflows/tasks/me"""

from api.approvals import list_my_tasks
from signoff.entrypoints import reading
from signoff.identity.principal import Actor, Principal
from signoff.pagination import Slice
from signoff.tasks.lists import Wanted
from tests.unit.functions.handlers import TASK, Recorder, send, task

BOB = Principal(
    "acme", frozenset({"workflows:read"}), user=Actor("bob", ("legal-reviewers", "finance"))
)
NOBODY = {"X-Actor-Groups": "finance,legal-reviewers"}


def test_the_users_tasks_by_the_groups_of_the_directory(monkeypatch):
    monkeypatch.setattr(reading, "authenticate", lambda *_: BOB)
    find = Recorder(Slice([task(definition_key="invoice_approval")], "more"))
    monkeypatch.setattr(list_my_tasks, "list_own_tasks", find)
    query = {"limit": "20", "slaStatus": "warning", "dueBefore": "2026-11-22T00:00:00Z"}
    status, body = send(list_my_tasks.handler, query=query, headers=NOBODY)
    assert status == 200
    assert [each["taskId"] for each in body["data"]] == [TASK]
    assert body["meta"]["pagination"] == {"limit": 20, "hasMore": True, "nextCursor": "more"}
    (caller, wanted), named = find.call
    assert caller.actor == BOB.user
    assert wanted == Wanted(sla="warning", due_before="2026-11-22T00:00:00.000Z")
    assert named == {"limit": 20, "cursor": None}


def test_a_key_is_refused(known, monkeypatch):
    find = Recorder(Slice([], None))
    monkeypatch.setattr(list_my_tasks, "list_own_tasks", find)
    status, body = send(list_my_tasks.handler)
    assert (status, body["errors"][0]["code"]) == (403, "FORBIDDEN")
    assert find.calls == []
