"""GET /api/v1/flows/{flowId}"""

from signoff.contracts.flow.face import FLOW
from signoff.contracts.flow.models import FlowStatusWithHistory
from signoff.contracts.flow.rendering import flow_with_history
from signoff.entrypoints.endpoint import endpoint
from signoff.entrypoints.request import Request
from signoff.history.store import read_history
from signoff.runs.view import view_run


def get_flow(request: Request[None]) -> FlowStatusWithHistory:
    """Get a flow's status, pending tasks, responsible groups and history."""
    flow_id = request.path["flowId"]
    view = view_run(request.tenant, flow_id)
    entries = read_history(request.tenant, flow_id, limit=None).items
    return flow_with_history(view, entries, request.caller.actor)


handler = endpoint(
    FLOW, "GET /api/v1/flows/{flowId}", get_flow, scope="flows:read",
    uuids=("flowId",), refusals=(404,),
)  # fmt: skip
