"""POST /api/v1/documents/{documentId}/versions"""

from signoff.contracts.approvals.face import APPROVALS
from signoff.contracts.documents.forms import FILE
from signoff.contracts.documents.models import ShownDocument, VersionForm, shown_document
from signoff.documents import upload
from signoff.entrypoints.endpoint import endpoint
from signoff.entrypoints.request import Request


def upload_document_version(request: Request[VersionForm]) -> ShownDocument:
    """Upload a file of up to 4 MB as a document's new version."""
    name, content = request.sent_file
    document_id = request.path["documentId"]
    return shown_document(upload.upload_version(request.caller, document_id, name, content))


handler = endpoint(
    APPROVALS, "POST /api/v1/documents/{documentId}/versions", upload_document_version,
    scope="documents:write", body=VersionForm, form=FILE, status=201, uuids=("documentId",),
    refusals=(404,),
)  # fmt: skip
