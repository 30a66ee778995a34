"""POST /api/v1/workflows/instances/{instanceId}/advance"""

from api.approvals import advance_instance
from signoff.contracts.approvals.models import InstanceEntry
from signoff.runs.progress import Moved
from tests.unit.functions.handlers import RUN, Recorder, send, view

INSTANCE = "wi_3c650bc5176742b39ba3cca43614d3ac"


def test_the_person_acts_and_the_effect_is_waited_for(known, monkeypatch):
    moved = Moved(RUN, "code")
    act, settle = Recorder(moved), Recorder(view())
    shown = InstanceEntry(id=RUN, type="x", at="x", actor_user_id=None, key_id=None, detail={})
    read = Recorder(shown)
    monkeypatch.setattr(advance_instance, "advance", act)
    monkeypatch.setattr(advance_instance, "settle", settle)
    monkeypatch.setattr(advance_instance, "read_instance", read)
    body = {"action": "approve", "actorUserId": "bob"}
    headers = {"Prefer": "respond-async"}
    status, _ = send(advance_instance.handler, body=body, headers=headers, instanceId=INSTANCE)
    assert status == 200
    (caller, run_id, sent), _ = act.call
    assert (caller.actor.id, run_id) == ("bob", RUN)
    assert (sent.action, sent.actor_user_id, sent.comment, sent.data) == (
        "approve",
        "bob",
        None,
        None,
    )
    assert settle.call == (("acme", moved, 0.0), {})
    assert read.call == ((settle.answer.run,), {})
