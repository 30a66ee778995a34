"""GET /api/v1/documents/{documentId}"""

from signoff.contracts.approvals.face import APPROVALS
from signoff.contracts.documents.models import ShownDocument, shown_document
from signoff.documents import store
from signoff.entrypoints.endpoint import endpoint
from signoff.entrypoints.request import Request


def get_document(request: Request[None]) -> ShownDocument:
    """Read a document."""
    return shown_document(store.get_document(request.tenant, request.path["documentId"]))


handler = endpoint(
    APPROVALS, "GET /api/v1/documents/{documentId}", get_document, scope="documents:read",
    uuids=("documentId",), refusals=(404,),
)  # fmt: skip
