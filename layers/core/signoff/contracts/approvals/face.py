"""How the Approvals API answers: the envelope, with the codes of its fact sheet."""

from typing import Any, ClassVar

from typing_extensions import override

from signoff.contracts.admin.face import AdminFace
from signoff.entrypoints.face import Asked
from signoff.errors import (
    About,
    DocumentConflict,
    DocumentNotFound,
    DuplicateContent,
    FileTooLarge,
    FileTypeNotSupported,
    Invalid,
    NotFound,
    SignoffError,
    WrongTenant,
)


class ApprovalsFace(AdminFace):
    """The envelope of the admin API; what is not found is a workflow, a document or a tenant.

    There is no 422 but for an Idempotency-Key used twice, and a tenant that is not the
    credential's is 400: the contract has both so.
    """

    name: ClassVar[str] = "approvals"
    subjects: ClassVar[dict[About, str]] = {
        "run": "Workflow instance",
        "definition": "Workflow template",
    }
    run_field: ClassVar[str] = "instanceId"
    run_word: ClassVar[str] = "instance"
    strict_query: ClassVar[bool] = False  # its page knows no such refusal
    statuses: ClassVar[dict[type[SignoffError], int]] = {
        **AdminFace.statuses,
        Invalid: 400,
        FileTooLarge: 413,
        WrongTenant: 400,
    }
    codes: ClassVar[dict[type[SignoffError], str]] = {
        **AdminFace.codes,
        NotFound: "WORKFLOW_NOT_FOUND",
        DocumentNotFound: "DOC_NOT_FOUND",
        WrongTenant: "TENANT_NOT_FOUND",
        DocumentConflict: "DOCUMENT_CONFLICT",
        DuplicateContent: "DUPLICATE_HASH",
        FileTooLarge: "FILE_TOO_LARGE",
        FileTypeNotSupported: "FILE_TYPE_NOT_SUPPORTED",
    }

    @override
    def refusal(self, error: SignoffError, asked: Asked) -> Any:
        """One error or several; a duplicate names the document that has the content already."""
        body = super().refusal(error, asked)
        if isinstance(error, DuplicateContent):
            body["errors"][0]["documentId"] = error.document_id
        return body

    @override
    def refusal_schema(self) -> dict[str, Any]:
        """The envelope of every refusal."""
        schema = super().refusal_schema()
        schema["properties"]["errors"]["items"]["properties"]["documentId"] = {
            "type": "string",
            "format": "uuid",
            "description": "With DUPLICATE_HASH: the document that has the content",
        }
        return schema


APPROVALS = ApprovalsFace()
