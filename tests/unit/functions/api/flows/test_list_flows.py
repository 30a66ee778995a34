"""GET /api/v1/flows"""

from api.flows import list_flows
from signoff.pagination import Slice
from tests.unit.functions.handlers import RUN, Recorder, run, send


def test_the_callers_own_runs(known, monkeypatch):
    runs = Recorder(Slice([run()], None))
    monkeypatch.setattr(list_flows, "runs_of_submitter", runs)
    status, body = send(list_flows.handler, query={"limit": "7", "cursor": "c"})
    assert (status, body) == (
        200,
        [
            {
                "flowId": RUN,
                "definitionKey": "document-approval",
                "currentState": "Submitted",
                "status": "RUNNING",
                "terminalOutcome": None,
                "documentRef": "x.pdf",
                "submitterId": "alice",
                "updatedAt": "2026-11-21T15:42:06.000Z",
            }
        ],
    )
    assert runs.call == (("acme", "bob"), {"limit": 7, "cursor": "c"})
