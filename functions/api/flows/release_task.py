"""POST /api/v1/tasks/{taskId}/release"""

from signoff.contracts.flow.face import FLOW
from signoff.contracts.flow.models import TaskSummary
from signoff.contracts.flow.rendering import task_summary
from signoff.entrypoints.endpoint import endpoint
from signoff.entrypoints.request import Request
from signoff.tasks.release import release_task as release


def release_task(request: Request[None]) -> TaskSummary:
    """Release a claimed task back to its group; only its owner may."""
    return task_summary(release(request.caller, request.path["taskId"]), request.caller.actor)


handler = endpoint(
    FLOW, "POST /api/v1/tasks/{taskId}/release", release_task, scope="tasks:write",
    uuids=("taskId",), refusals=(404, 409), actor_required=True,
)  # fmt: skip
