"""POST /api/v1/flows"""

from signoff.contracts.flow.face import FLOW
from signoff.contracts.flow.models import FlowStatus, SubmitDocumentRequest
from signoff.contracts.flow.rendering import flow_status
from signoff.entrypoints.endpoint import endpoint
from signoff.entrypoints.request import Request
from signoff.runs.progress import settle
from signoff.runs.start import start_run


def submit_document(request: Request[SubmitDocumentRequest]) -> FlowStatus:
    """Submit a document for approval; only members of the initiator groups may."""
    sent, caller = request.body, request.caller
    moved = start_run(caller, sent.definition_key, variables={}, document_ref=sent.document_ref)
    return flow_status(settle(caller.tenant, moved, request.wait), caller.actor)


handler = endpoint(
    FLOW, "POST /api/v1/flows", submit_document, scope="flows:write", status=201,
    body=SubmitDocumentRequest, refusals=(404, 409), actor_required=True, waits=True,
)  # fmt: skip
