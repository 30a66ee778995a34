"""GET /api/v1/documents"""

from signoff.contracts.approvals.face import APPROVALS
from signoff.contracts.documents.filters import FILTERS, sought
from signoff.contracts.documents.models import ShownDocument, shown_document
from signoff.documents import store
from signoff.entrypoints.endpoint import endpoint
from signoff.entrypoints.request import Request
from signoff.pagination import Slice


def list_documents(request: Request[None]) -> Slice[ShownDocument]:
    """List the tenant's documents, the newest first."""
    page = request.page
    found = store.list_documents(
        request.tenant, sought(request.filters), limit=page.limit, cursor=page.cursor
    )
    return found.map(shown_document)


handler = endpoint(
    APPROVALS, "GET /api/v1/documents", list_documents, scope="documents:read", paged=True,
    filters=FILTERS,
)  # fmt: skip
