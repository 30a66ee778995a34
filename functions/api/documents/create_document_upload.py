"""POST /api/v1/documents/uploads"""

from signoff.contracts.approvals.face import APPROVALS
from signoff.contracts.documents.models import (
    CreatedUpload,
    CreateUploadRequest,
    created_upload,
)
from signoff.documents.announce import announce_document, announce_version
from signoff.entrypoints.endpoint import endpoint
from signoff.entrypoints.request import Request


def create_document_upload(request: Request[CreateUploadRequest]) -> CreatedUpload:
    """Announce a file of any size; answers a link to PUT it to.

    The document, or the new version of one, is Processing until the file has come and was judged.
    """
    sent, caller = request.body, request.caller
    if sent.document_id is None:
        sent.refuse_again()
        made = announce_document(
            caller, sent.name, sent.size, sent.type, sent.labels(), sent.comment
        )
        return created_upload(made, None)
    again, document_id = sent.again(), sent.document_id.lower()
    if again:
        again.check(caller, document_id)
    made = announce_version(caller, document_id, sent.name, sent.size, sent.type, sent.comment)
    return created_upload(made, again.start(caller, document_id, made.number) if again else None)


handler = endpoint(
    APPROVALS, "POST /api/v1/documents/uploads", create_document_upload, scope="documents:write",
    body=CreateUploadRequest, status=201, refusals=(404,),
)  # fmt: skip
