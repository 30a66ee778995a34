"""POST /api/v1/workflows/start"""

from signoff.contracts.approvals.face import APPROVALS
from signoff.contracts.approvals.models import Instance, StartWorkflowRequest
from signoff.contracts.approvals.rendering import instance
from signoff.contracts.approvals.starting import start_instance
from signoff.entrypoints.endpoint import endpoint
from signoff.entrypoints.request import Request
from signoff.runs.progress import settle


def start_workflow(request: Request[StartWorkflowRequest]) -> Instance:
    """Start a workflow on a document, also on one that is still being processed."""
    moved = start_instance(request.caller, request.body)
    return instance(settle(request.tenant, moved, request.wait))


handler = endpoint(
    APPROVALS, "POST /api/v1/workflows/start", start_workflow, scope="workflows:write",
    status=201, body=StartWorkflowRequest, refusals=(404, 409), waits=True,
)  # fmt: skip
