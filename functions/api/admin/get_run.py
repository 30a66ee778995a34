"""GET /api/v1/admin/runs/{runId}"""

from signoff.contracts.admin.face import ADMIN
from signoff.contracts.admin.models_runs import RunDetail, run_detail
from signoff.entrypoints.endpoint import endpoint
from signoff.entrypoints.request import Request
from signoff.runs.steady import view_steadily


def get_run(request: Request[None]) -> RunDetail:
    """Get a run with its open tasks, and the reason if it failed."""
    return run_detail(view_steadily(request.tenant, request.path["runId"]))


handler = endpoint(
    ADMIN, "GET /api/v1/admin/runs/{runId}", get_run, scope="admin:runs:read", uuids=("runId",),
    refusals=(404,),
)  # fmt: skip
