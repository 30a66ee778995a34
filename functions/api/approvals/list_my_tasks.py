"""GET /api/v1/workflows/tasks/me"""

from signoff.contracts.approvals.face import APPROVALS
from signoff.contracts.approvals.filters import OWN_TASKS, tasks_wanted
from signoff.contracts.approvals.models import WorkflowTask
from signoff.contracts.approvals.rendering import shown_tasks
from signoff.entrypoints.endpoint import endpoint
from signoff.entrypoints.request import Request
from signoff.pagination import Slice
from signoff.tasks.lists import list_own_tasks


def list_my_tasks(request: Request[None]) -> Slice[WorkflowTask]:
    """List the user's own pending tasks and those their groups can take, by deadline.

    For a user's access token; a key is refused.
    """
    wanted, page = tasks_wanted(request.tenant, request.filters), request.page
    return shown_tasks(list_own_tasks(request.caller, wanted, limit=page.limit, cursor=page.cursor))


handler = endpoint(
    APPROVALS, "GET /api/v1/workflows/tasks/me", list_my_tasks, scope="workflows:read",
    credentials="user", paged=True, filters=OWN_TASKS, refusals=(404,),
)  # fmt: skip
