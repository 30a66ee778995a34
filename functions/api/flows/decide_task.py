"""POST /api/v1/tasks/{taskId}/decision"""

from signoff.contracts.flow.face import FLOW
from signoff.contracts.flow.models import DecisionRequest, FlowStatus
from signoff.contracts.flow.rendering import flow_status
from signoff.entrypoints.endpoint import endpoint
from signoff.entrypoints.request import Request
from signoff.runs.progress import settle
from signoff.tasks.decide import decide_task as decide


def decide_task(request: Request[DecisionRequest]) -> FlowStatus:
    """Record a decision on a task that the caller owns."""
    sent, caller, task_id = request.body, request.caller, request.path["taskId"]
    moved = decide(caller, task_id, sent.outcome, comment=sent.comment, data=sent.data)
    return flow_status(settle(caller.tenant, moved, request.wait), caller.actor)


handler = endpoint(
    FLOW, "POST /api/v1/tasks/{taskId}/decision", decide_task, scope="tasks:write",
    body=DecisionRequest, uuids=("taskId",), refusals=(404, 409), actor_required=True, waits=True,
)  # fmt: skip
