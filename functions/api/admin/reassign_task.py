"""POST /api/v1/admin/tasks/{taskId}/reassign"""

from signoff.contracts.admin.face import ADMIN
from signoff.contracts.admin.models_tasks import ReassignTaskRequest, TaskDetail, task_detail
from signoff.entrypoints.endpoint import endpoint
from signoff.entrypoints.request import Request
from signoff.tasks.reassign import reassign_task as reassign


def reassign_task(request: Request[ReassignTaskRequest]) -> TaskDetail:
    """Give anybody's open task to another person, or to groups; its deadline stays."""
    sent, task_id = request.body, request.path["taskId"]
    groups = tuple(sent.groups or ())
    task = reassign(request.caller, task_id, user=sent.user_id, groups=groups, reason=sent.reason)
    return task_detail(task)


handler = endpoint(
    ADMIN, "POST /api/v1/admin/tasks/{taskId}/reassign", reassign_task, scope="admin:reassign",
    body=ReassignTaskRequest, uuids=("taskId",), refusals=(404, 409),
)  # fmt: skip
