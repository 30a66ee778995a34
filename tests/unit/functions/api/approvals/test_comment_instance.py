"""POST /api/v1/workflows/instances/{instanceId}/comments"""

from api.approvals import comment_instance
from tests.support.entries import entry_of_run
from tests.unit.functions.handlers import RUN, Recorder, send

INSTANCE = "wi_3c650bc5176742b39ba3cca43614d3ac"


def test_the_entry_is_answered(known, monkeypatch):
    at = "2026-11-21T15:42:05.901Z"
    entry = entry_of_run("comment.added", {"comment": "Hm"}, at=at, actor="bob", via="key-1")
    say = Recorder(entry)
    monkeypatch.setattr(comment_instance, "comment", say)
    body = {"actorUserId": "bob", "comment": "Hm"}
    status, answer = send(comment_instance.handler, body=body, instanceId=INSTANCE)
    assert status == 201
    assert answer["data"] == {
        "id": entry.id,
        "type": "workflow.commented",
        "at": "2026-11-21T15:42:05Z",
        "actorUserId": "bob",
        "keyId": "key-1",
        "detail": {"comment": "Hm"},
    }
    (caller, run_id, sent), _ = say.call
    assert (caller.tenant, run_id, sent.comment) == ("acme", RUN, "Hm")
