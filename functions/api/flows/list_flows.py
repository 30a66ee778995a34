"""GET /api/v1/flows"""

from signoff.contracts.flow.face import FLOW
from signoff.contracts.flow.models import FlowSummary
from signoff.contracts.flow.rendering import flow_summary
from signoff.entrypoints.endpoint import endpoint
from signoff.entrypoints.request import Request
from signoff.pagination import Slice
from signoff.runs.lists import runs_of_submitter


def list_flows(request: Request[None]) -> Slice[FlowSummary]:
    """List the flows that the caller submitted, last changed first."""
    page, actor = request.page, request.caller.actor
    runs = runs_of_submitter(request.tenant, actor.id, limit=page.limit, cursor=page.cursor)
    return runs.map(flow_summary)


handler = endpoint(
    FLOW, "GET /api/v1/flows", list_flows, scope="flows:read", actor_required=True, paged=True
)
