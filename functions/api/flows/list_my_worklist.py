"""GET /api/v1/worklists/mine"""

from signoff.contracts.flow.face import FLOW
from signoff.contracts.flow.models import TaskSummary
from signoff.contracts.flow.rendering import task_summary
from signoff.entrypoints.endpoint import endpoint
from signoff.entrypoints.request import Request
from signoff.pagination import Slice
from signoff.tasks.worklist import own_worklist


def list_my_worklist(request: Request[None]) -> Slice[TaskSummary]:
    """List the tasks that the caller owns, by deadline and then age."""
    page, caller = request.page, request.caller
    tasks = own_worklist(caller, limit=page.limit, cursor=page.cursor)
    return tasks.map(lambda task: task_summary(task, caller.actor))


handler = endpoint(
    FLOW, "GET /api/v1/worklists/mine", list_my_worklist, scope="tasks:read",
    actor_required=True, paged=True,
)  # fmt: skip
