"""POST /api/v1/tasks/{taskId}/claim"""

from signoff.contracts.flow.face import FLOW
from signoff.contracts.flow.models import TaskSummary
from signoff.contracts.flow.rendering import task_summary
from signoff.entrypoints.endpoint import endpoint
from signoff.entrypoints.request import Request
from signoff.tasks.claim import claim_task as claim


def claim_task(request: Request[None]) -> TaskSummary:
    """Claim a pending task; the caller must be in its candidate group."""
    return task_summary(claim(request.caller, request.path["taskId"]), request.caller.actor)


handler = endpoint(
    FLOW, "POST /api/v1/tasks/{taskId}/claim", claim_task, scope="tasks:write",
    uuids=("taskId",), refusals=(404, 409), actor_required=True,
)  # fmt: skip
