"""GET /api/v1/worklists/group"""

from api.flows import list_group_worklist
from signoff.pagination import Slice
from tests.unit.functions.handlers import SHOWN_TASK, Recorder, send, task


def test_tasks_as_the_caller_sees_them(known, monkeypatch):
    tasks = Recorder(Slice([task(groups=("finance", "legal-reviewers"))], None))
    monkeypatch.setattr(list_group_worklist, "group_worklist", tasks)
    assert send(list_group_worklist.handler, query={"limit": "7"}) == (200, [SHOWN_TASK])
    (caller,), named = tasks.call
    assert (caller.actor.id, caller.actor.groups) == ("bob", ("legal-reviewers",))
    assert named == {"limit": 7, "cursor": None}
