"""GET /api/v1/flows/{flowId}"""

from signoff.contracts.flow.face import FLOW
from signoff.contracts.flow.models import FlowStatusWithHistory
from signoff.contracts.flow.rendering import flow_with_history
from signoff.entrypoints.endpoint import endpoint
from signoff.entrypoints.request import Request
from signoff.runs.read import read_run
from signoff.runs.steady import history_of, read_steadily
from signoff.runs.view import RunView, open_tasks


def get_flow(request: Request[None]) -> FlowStatusWithHistory:
    """Get a flow's status, pending tasks, responsible groups and history."""
    run, (tasks, entries) = read_steadily(
        read_run(request.tenant, request.path["flowId"]),
        lambda now: (open_tasks(now), history_of(now)),
    )
    return flow_with_history(RunView(run, tasks), entries, request.caller.actor)


handler = endpoint(
    FLOW, "GET /api/v1/flows/{flowId}", get_flow, scope="flows:read",
    uuids=("flowId",), refusals=(404,),
)  # fmt: skip
