"""POST /api/v1/admin/runs/{runId}/cancel"""

from signoff.contracts.admin.face import ADMIN
from signoff.contracts.admin.models_runs import CancelRunRequest, RunDetail, run_detail
from signoff.entrypoints.endpoint import endpoint
from signoff.entrypoints.request import Request
from signoff.runs.cancel import cancel_run as cancel
from signoff.runs.progress import settle


def cancel_run(request: Request[CancelRunRequest]) -> RunDetail:
    """Cancel a run, its open tasks and its sub-workflows; repeating it changes nothing."""
    moved = cancel(request.caller, request.path["runId"], request.body.reason)
    return run_detail(settle(request.tenant, moved, request.wait))


handler = endpoint(
    ADMIN, "POST /api/v1/admin/runs/{runId}/cancel", cancel_run, scope="admin:runs",
    body=CancelRunRequest, uuids=("runId",), refusals=(404, 409), waits=True,
)  # fmt: skip
