"""POST /api/v1/tasks/{taskId}/decision"""

from api.flows import decide_task
from signoff.runs.progress import Moved
from tests.unit.functions.handlers import RUN, SHOWN_FLOW, TASK, Recorder, send, view


def test_the_decision_is_recorded_and_its_effect_waited_for(known, monkeypatch):
    moved = Moved(RUN, "code")
    decide, settle = Recorder(moved), Recorder(view())
    monkeypatch.setattr(decide_task, "decide", decide)
    monkeypatch.setattr(decide_task, "settle", settle)
    body = {"outcome": "APPROVE", "comment": "Fine", "data": {"amount": 3}}
    answer = send(decide_task.handler, body=body, headers={"Prefer": "wait=9"}, taskId=TASK)
    assert answer == (200, SHOWN_FLOW)
    (caller, *what), named = decide.call
    assert (caller.actor.groups, what) == (("legal-reviewers",), [TASK, "APPROVE"])
    assert named == {"comment": "Fine", "data": {"amount": 3}}
    assert settle.call == (("acme", moved, 9.0), {})


def test_comment_and_data_may_be_left_out(known, monkeypatch):
    decide = Recorder(Moved(RUN))
    monkeypatch.setattr(decide_task, "decide", decide)
    monkeypatch.setattr(decide_task, "settle", Recorder(view()))
    send(decide_task.handler, body={"outcome": "APPROVE"}, taskId=TASK)
    assert decide.call[1] == {"comment": None, "data": None}
