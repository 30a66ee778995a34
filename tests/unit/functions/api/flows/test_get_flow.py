"""GET /api/v1/flows/{flowId}"""

from api.flows import get_flow
from signoff.pagination import Slice
from signoff.runs import steady
from tests.support.entries import entry_of_run
from tests.unit.functions.handlers import RUN, SHOWN_FLOW, Recorder, send, view


def entry(sequence, kind, detail):
    return entry_of_run(kind, detail, sequence=sequence)


def test_the_flow_with_its_whole_history(known, monkeypatch):
    entries = [
        entry(1, "step.entered", {"step": "Submitted", "from": None, "trigger": None}),
        entry(2, "step.entered", {"step": "B", "from": "Submitted", "trigger": "APPROVE"}),
    ]
    read = Recorder(Slice(entries, None))
    asked = view()
    asked.run.sequence = 2
    for module in (get_flow, steady):
        monkeypatch.setattr(module, "read_run", Recorder(asked.run))
    monkeypatch.setattr(get_flow, "open_tasks", Recorder(asked.open_tasks))
    monkeypatch.setattr(steady, "read_history", read)
    status, body = send(get_flow.handler, flowId=RUN)
    history = body.pop("history")
    assert (status, body) == (200, SHOWN_FLOW)
    # the first state is entered from nowhere, which FLOW_STARTED says
    assert [(each["type"], each["detail"]) for each in history] == [
        ("STATE_TRANSITIONED", {"from": "Submitted", "to": "B", "trigger": "APPROVE"})
    ]
    assert read.call == (("acme", RUN), {"limit": None})
