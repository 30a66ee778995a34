"""POST /api/v1/tasks/{taskId}/claim"""

from api.flows import claim_task
from tests.unit.functions.handlers import SHOWN_TASK, TASK, Recorder, send, task


def test_the_caller_claims_the_task_of_the_path(known, monkeypatch):
    claim = Recorder(task(status="CLAIMED", owner="bob"))
    monkeypatch.setattr(claim_task, "claim", claim)
    answer = send(claim_task.handler, taskId=TASK)
    assert answer == (200, {**SHOWN_TASK, "status": "CLAIMED", "ownerId": "bob"})
    (caller, task_id), named = claim.call
    assert (caller.tenant, caller.actor.id, task_id, named) == ("acme", "bob", TASK, {})
