"""GET /api/v1/workflows/tasks"""

from signoff.contracts.approvals.face import APPROVALS
from signoff.contracts.approvals.filters import ALL_TASKS, tasks_wanted
from signoff.contracts.approvals.models import WorkflowTask
from signoff.contracts.approvals.people import check_reads_all
from signoff.contracts.approvals.rendering import shown_tasks
from signoff.entrypoints.endpoint import endpoint
from signoff.entrypoints.request import Request
from signoff.pagination import Slice
from signoff.tasks.lists import list_tasks as find_tasks


def list_tasks(request: Request[None]) -> Slice[WorkflowTask]:
    """List the tenant's tasks, the earliest deadline first.

    Without `status` all are listed, whatever has become of them. With `group` and
    `status=Pending` those that the group's members can take. A page may be shorter than `limit`
    and still have a next one; `hasMore` says so.

    For keys, and for people who may read every run: a person's access token needs the scope
    `admin:runs:read` too, which the roles admin, designer and auditor open.
    """
    check_reads_all(request.caller.principal)
    wanted, page = tasks_wanted(request.tenant, request.filters), request.page
    return shown_tasks(find_tasks(request.tenant, wanted, limit=page.limit, cursor=page.cursor))


handler = endpoint(
    APPROVALS, "GET /api/v1/workflows/tasks", list_tasks, scope="workflows:read",
    paged=True, filters=ALL_TASKS, refusals=(404,),
)  # fmt: skip
