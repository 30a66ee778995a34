"""GET /api/v1/admin/runs"""

from signoff.contracts.admin.face import ADMIN
from signoff.contracts.admin.models_runs import RunSummary, run_summary, wanted_runs
from signoff.entrypoints.endpoint import endpoint
from signoff.entrypoints.filters import Moment, Text
from signoff.entrypoints.request import Request
from signoff.pagination import Slice
from signoff.runs.lists import list_runs as find_runs
from signoff.runs.model import STATUSES


def list_runs(request: Request[None]) -> Slice[RunSummary]:
    """List the tenant's runs, the newest start first; an initiator's, the newest change first."""
    page, wanted = request.page, wanted_runs(request.filters)
    found = find_runs(request.tenant, wanted, limit=page.limit, cursor=page.cursor)
    return found.map(run_summary)


handler = endpoint(
    ADMIN, "GET /api/v1/admin/runs", list_runs, scope="admin:runs:read", paged=True,
    refusals=(404,),
    filters={"definition": Text(), "status": STATUSES, "initiator": Text(),
             "startedAfter": Moment(), "startedBefore": Moment()},
)  # fmt: skip
