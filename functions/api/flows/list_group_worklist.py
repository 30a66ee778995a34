"""GET /api/v1/worklists/group"""

from signoff.contracts.flow.face import FLOW
from signoff.contracts.flow.models import TaskSummary
from signoff.contracts.flow.rendering import task_summary
from signoff.entrypoints.endpoint import endpoint
from signoff.entrypoints.request import Request
from signoff.pagination import Slice
from signoff.tasks.worklist import group_worklist


def list_group_worklist(request: Request[None]) -> Slice[TaskSummary]:
    """List the unclaimed tasks of the caller's groups, each once, by deadline and then age."""
    page, caller = request.page, request.caller
    tasks = group_worklist(caller, limit=page.limit, cursor=page.cursor)
    return tasks.map(lambda task: task_summary(task, caller.actor))


handler = endpoint(
    FLOW, "GET /api/v1/worklists/group", list_group_worklist, scope="tasks:read",
    actor_required=True, paged=True,
)  # fmt: skip
