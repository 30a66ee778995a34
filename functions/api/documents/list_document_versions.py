"""GET /api/v1/documents/{documentId}/versions"""

from signoff.contracts.approvals.face import APPROVALS
from signoff.contracts.documents.models import ShownVersion, shown_version
from signoff.documents.store import list_versions
from signoff.entrypoints.endpoint import endpoint
from signoff.entrypoints.request import Request
from signoff.pagination import Slice


def list_document_versions(request: Request[None]) -> Slice[ShownVersion]:
    """List a document's versions, the newest first."""
    page, document_id = request.page, request.path["documentId"]
    found = list_versions(request.tenant, document_id, limit=page.limit, cursor=page.cursor)
    return found.map(shown_version)


handler = endpoint(
    APPROVALS, "GET /api/v1/documents/{documentId}/versions", list_document_versions,
    scope="documents:read", paged=True, uuids=("documentId",), refusals=(404,),
)  # fmt: skip
