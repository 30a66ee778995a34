"""DELETE /api/v1/documents/{documentId}"""

from signoff.contracts.approvals.face import APPROVALS
from signoff.contracts.documents.models import ShownDocument, shown_document
from signoff.documents import remove
from signoff.entrypoints.endpoint import endpoint
from signoff.entrypoints.request import Request


def delete_document(request: Request[None]) -> ShownDocument:
    """Delete a document; its content goes after a time of grace."""
    return shown_document(remove.delete_document(request.caller, request.path["documentId"]))


handler = endpoint(
    APPROVALS, "DELETE /api/v1/documents/{documentId}", delete_document, scope="documents:write",
    uuids=("documentId",), refusals=(404,),
)  # fmt: skip
