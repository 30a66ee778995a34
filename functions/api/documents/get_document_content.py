"""GET /api/v1/documents/{documentId}/content"""

from signoff.contracts.approvals.face import APPROVALS
from signoff.contracts.documents.filters import VERSION
from signoff.contracts.documents.models import ContentLink, content_link
from signoff.documents.download import link_to
from signoff.entrypoints.endpoint import endpoint
from signoff.entrypoints.request import Request


def get_document_content(request: Request[None]) -> ContentLink:
    """Get a link to a document's content that works for five minutes."""
    number = request.filters.get("version")
    document_id = request.path["documentId"]
    return content_link(link_to(request.tenant, document_id, int(number) if number else None))


handler = endpoint(
    APPROVALS, "GET /api/v1/documents/{documentId}/content", get_document_content,
    scope="documents:read", uuids=("documentId",), filters=VERSION, refusals=(404, 409),
)  # fmt: skip
