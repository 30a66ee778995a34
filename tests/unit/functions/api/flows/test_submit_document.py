"""POST /api/v1/flows"""

from api.flows import submit_document
from signoff.runs.progress import Moved
from tests.unit.functions.handlers import RUN, SHOWN_FLOW, Recorder, send, view


def test_a_run_is_started_and_its_first_state_waited_for(known, monkeypatch):
    moved = Moved(RUN)
    start, settle = Recorder(moved), Recorder(view())
    monkeypatch.setattr(submit_document, "start_run", start)
    monkeypatch.setattr(submit_document, "settle", settle)
    body = {"definitionKey": "document-approval", "documentRef": " x.pdf "}
    assert send(submit_document.handler, body=body) == (201, SHOWN_FLOW)
    (caller, definition), named = start.call
    assert (caller.actor.id, definition) == ("bob", "document-approval")
    assert named == {"variables": {}, "document_ref": " x.pdf "}
    assert settle.call == (("acme", moved, 3.0), {})
