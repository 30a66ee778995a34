"""GET /api/v1/admin/runs"""

from signoff.contracts.admin.face import ADMIN
from signoff.contracts.admin.models_runs import RunSummary, run_summary
from signoff.entrypoints.endpoint import endpoint
from signoff.entrypoints.request import Request
from signoff.pagination import Slice
from signoff.runs.lists import runs_of_tenant
from signoff.runs.model import STATUSES


def list_runs(request: Request[None]) -> Slice[RunSummary]:
    """List the tenant's runs, the newest start first."""
    page, status = request.page, request.filters.get("status")
    found = runs_of_tenant(request.tenant, limit=page.limit, cursor=page.cursor, status=status)
    return found.map(run_summary)


handler = endpoint(
    ADMIN, "GET /api/v1/admin/runs", list_runs, scope="admin:runs:read", paged=True,
    filters={"status": STATUSES},
)  # fmt: skip
