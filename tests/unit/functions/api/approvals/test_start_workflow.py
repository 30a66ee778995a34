"""POST /api/v1/workflows/start"""

from api.approvals import start_workflow
from signoff.runs.progress import Moved
from signoff.runs.view import RunView
from tests.unit.functions.handlers import RUN, Recorder, run, send, view

DOCUMENT = "f47ac10b-58cc-4372-a567-0e02b2c3d479"


def test_the_run_is_started_and_its_first_node_waited_for(known, monkeypatch):
    moved = Moved(RUN)
    start, settle = Recorder(moved), Recorder(view())
    monkeypatch.setattr(start_workflow, "start_instance", start)
    monkeypatch.setattr(start_workflow, "settle", settle)
    body = {"templateId": "wt_x", "documentId": DOCUMENT, "context": {"submittedBy": "a", "n": 1}}
    status, answer = send(start_workflow.handler, body=body, headers={"Prefer": "wait=9"})
    assert (status, answer["data"]["currentNodeId"]) == (201, "Submitted")
    (caller, sent), _ = start.call
    assert (caller.tenant, sent.template_id, sent.document_id) == ("acme", "wt_x", DOCUMENT)
    assert sent.context.model_dump(by_alias=True, exclude_unset=True) == body["context"]
    assert settle.call == (("acme", moved, 9.0), {})


def test_a_first_step_that_fails_is_told_by_the_start(known, monkeypatch):
    failed, error = run(), {"step": "Submitted", "error": "StepFailed", "cause": "no names"}
    failed.status, failed.error = "FAILED", error
    monkeypatch.setattr(start_workflow, "start_instance", Recorder(Moved(RUN)))
    monkeypatch.setattr(start_workflow, "settle", Recorder(RunView(failed, [])))
    status, answer = send(
        start_workflow.handler, body={"templateId": "wt_x", "documentId": DOCUMENT}
    )
    shown = answer["data"]
    assert (status, shown["status"], shown["currentApprovers"]) == (201, "Running", [])
    assert shown["error"] == error
