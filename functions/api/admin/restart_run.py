"""POST /api/v1/admin/runs/{runId}/restart"""

from signoff.contracts.admin.face import ADMIN
from signoff.contracts.admin.models_runs import RestartRunRequest, RunDetail, run_detail
from signoff.entrypoints.endpoint import endpoint
from signoff.entrypoints.request import Request
from signoff.runs.progress import settle
from signoff.runs.restart import restart_run as restart


def restart_run(request: Request[RestartRunRequest]) -> RunDetail:
    """Let a run begin again with the variables of its start, even one that has ended."""
    moved = restart(request.caller, request.path["runId"], request.body.reason)
    return run_detail(settle(request.tenant, moved, request.wait))


handler = endpoint(
    ADMIN, "POST /api/v1/admin/runs/{runId}/restart", restart_run, scope="admin:restart",
    body=RestartRunRequest, uuids=("runId",), refusals=(404, 409), waits=True,
)  # fmt: skip
