"""POST /api/v1/admin/runs/{runId}/retry"""

from signoff.contracts.admin.face import ADMIN
from signoff.contracts.admin.models_runs import RunDetail, run_detail
from signoff.entrypoints.endpoint import endpoint
from signoff.entrypoints.request import Request
from signoff.runs.progress import settle
from signoff.runs.retry import retry_run as retry


def retry_run(request: Request[None]) -> RunDetail:
    """Let a failed run go on from the step that failed."""
    moved = retry(request.caller, request.path["runId"])
    return run_detail(settle(request.tenant, moved, request.wait))


handler = endpoint(
    ADMIN, "POST /api/v1/admin/runs/{runId}/retry", retry_run, scope="admin:runs",
    uuids=("runId",), refusals=(404, 409), waits=True,
)  # fmt: skip
