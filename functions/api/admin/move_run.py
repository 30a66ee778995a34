"""POST /api/v1/admin/runs/{runId}/move"""

from signoff.contracts.admin.face import ADMIN
from signoff.contracts.admin.models_runs import MoveRunRequest, RunDetail, run_detail
from signoff.entrypoints.endpoint import endpoint
from signoff.entrypoints.request import Request
from signoff.runs.move import move_run as move
from signoff.runs.progress import settle


def move_run(request: Request[MoveRunRequest]) -> RunDetail:
    """Send a running or failed run to another step; what it waits for is taken back."""
    moved = move(request.caller, request.path["runId"], request.body.step, request.body.reason)
    return run_detail(settle(request.tenant, moved, request.wait))


handler = endpoint(
    ADMIN, "POST /api/v1/admin/runs/{runId}/move", move_run, scope="admin:move",
    body=MoveRunRequest, uuids=("runId",), refusals=(404, 409), waits=True,
)  # fmt: skip
