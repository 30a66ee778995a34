"""How the Approvals API answers: the envelope, with the codes of its fact sheet."""

from typing import ClassVar

from signoff.contracts.admin.face import AdminFace
from signoff.errors import (
    DocumentNotFound,
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
    statuses: ClassVar[dict[type[SignoffError], int]] = {
        **AdminFace.statuses,
        Invalid: 400,
        WrongTenant: 400,
    }
    codes: ClassVar[dict[type[SignoffError], str]] = {
        **AdminFace.codes,
        NotFound: "WORKFLOW_NOT_FOUND",
        DocumentNotFound: "DOC_NOT_FOUND",
        WrongTenant: "TENANT_NOT_FOUND",
    }


APPROVALS = ApprovalsFace()
