"""POST /api/v1/documents/{documentId}/versions"""

from signoff.contracts.approvals.face import APPROVALS
from signoff.contracts.documents.forms import FILE
from signoff.contracts.documents.models import UploadedVersion, VersionForm, uploaded_version
from signoff.documents import upload
from signoff.entrypoints.endpoint import endpoint
from signoff.entrypoints.request import Request


def upload_document_version(request: Request[VersionForm]) -> UploadedVersion:
    """Upload a file of up to 4 MB as a document's new version.

    With ``resubmitInstanceId``, the rejected instance is taken up with it by a new one.
    """
    caller, document_id, again = request.caller, request.path["documentId"], request.body.again()
    if again:
        again.check(caller, document_id)
    document = upload.upload_version(caller, document_id, *request.sent_file, request.body.comment)
    run_id = again.start(caller, document_id, document.version) if again else None
    return uploaded_version(document, run_id)


handler = endpoint(
    APPROVALS, "POST /api/v1/documents/{documentId}/versions", upload_document_version,
    scope="documents:write", body=VersionForm, form=FILE, status=201, uuids=("documentId",),
    refusals=(404,),
)  # fmt: skip
