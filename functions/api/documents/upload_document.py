"""POST /api/v1/documents"""

from signoff.contracts.approvals.face import APPROVALS
from signoff.contracts.documents.forms import FILE
from signoff.contracts.documents.models import ShownDocument, UploadForm, shown_document
from signoff.documents import upload
from signoff.entrypoints.endpoint import endpoint
from signoff.entrypoints.request import Request


def upload_document(request: Request[UploadForm]) -> ShownDocument:
    """Upload a file of up to 4 MB as a new document, Active at once."""
    name, content = request.sent_file
    return shown_document(
        upload.upload_document(request.caller, name, content, request.body.labels())
    )


handler = endpoint(
    APPROVALS, "POST /api/v1/documents", upload_document, scope="documents:write",
    body=UploadForm, form=FILE, status=201,
)  # fmt: skip
