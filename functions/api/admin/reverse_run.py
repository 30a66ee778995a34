"""POST /api/v1/admin/runs/{runId}/reverse"""

from signoff.contracts.admin.face import ADMIN
from signoff.contracts.admin.models_runs import ReverseRejectionRequest, RunDetail, run_detail
from signoff.entrypoints.endpoint import endpoint
from signoff.entrypoints.request import Request
from signoff.runs.progress import settle
from signoff.runs.reverse import reverse_rejection


def reverse_run(request: Request[ReverseRejectionRequest]) -> RunDetail:
    """Reverse a rejection: the step that rejected asks anew."""
    moved = reverse_rejection(request.caller, request.path["runId"], request.body.reason)
    return run_detail(settle(request.tenant, moved, request.wait))


handler = endpoint(
    ADMIN, "POST /api/v1/admin/runs/{runId}/reverse", reverse_run, scope="admin:reverse",
    body=ReverseRejectionRequest, uuids=("runId",), refusals=(404, 409), waits=True,
)  # fmt: skip
