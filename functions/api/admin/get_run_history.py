"""GET /api/v1/admin/runs/{runId}/history"""

from signoff.contracts.admin.face import ADMIN
from signoff.contracts.admin.models_runs import Entry, shown_entry
from signoff.entrypoints.endpoint import endpoint
from signoff.entrypoints.request import Request
from signoff.history.store import read_history
from signoff.pagination import Slice
from signoff.runs.read import read_run


def get_run_history(request: Request[None]) -> Slice[Entry]:
    """Get what happened to a run, oldest first."""
    run = read_run(request.tenant, request.path["runId"])
    page = request.page
    found = read_history(request.tenant, run.run_id, limit=page.limit, cursor=page.cursor)
    return found.map(shown_entry)


handler = endpoint(
    ADMIN, "GET /api/v1/admin/runs/{runId}/history", get_run_history, scope="admin:runs:read",
    uuids=("runId",), refusals=(404,), paged=True,
)  # fmt: skip
