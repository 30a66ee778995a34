"""The codes and statuses of the Approvals API's page (fact sheet, section 4)."""

import pytest

from signoff.contracts.admin.face import ADMIN
from signoff.contracts.approvals.face import APPROVALS
from signoff.entrypoints.face import Asked
from signoff.entrypoints.refusals import KeyReused, TooLarge, Unexpected
from signoff.errors import (
    AddressNotAllowed,
    Busy,
    Conflict,
    DocumentConflict,
    DocumentNotFound,
    DuplicateContent,
    FileTooLarge,
    FileTypeNotSupported,
    Forbidden,
    Invalid,
    KeyExpired,
    KeyRevoked,
    Malformed,
    NotFound,
    ScopeMissing,
    SignoffError,
    Unauthenticated,
    WrongTenant,
)

PAGE: list[tuple[SignoffError, int, str]] = [
    (Unauthenticated("x"), 401, "UNAUTHORIZED"),
    (KeyRevoked("x"), 401, "KEY_REVOKED"),
    (KeyExpired("x"), 401, "KEY_EXPIRED"),
    (WrongTenant("x"), 400, "TENANT_NOT_FOUND"),
    (Forbidden("x"), 403, "FORBIDDEN"),
    (ScopeMissing("x"), 403, "SCOPE_INSUFFICIENT"),
    (AddressNotAllowed("x"), 403, "IP_NOT_ALLOWED"),
    (Malformed("x"), 400, "VALIDATION_FAILED"),
    (Invalid("x"), 400, "VALIDATION_FAILED"),
    (DocumentNotFound("x"), 404, "DOC_NOT_FOUND"),
    (NotFound("x"), 404, "WORKFLOW_NOT_FOUND"),
    (FileTooLarge("x"), 413, "FILE_TOO_LARGE"),
    (FileTypeNotSupported("x"), 400, "FILE_TYPE_NOT_SUPPORTED"),
    (DuplicateContent("x"), 409, "DUPLICATE_HASH"),
    (DocumentConflict("x"), 409, "DOCUMENT_CONFLICT"),
    (Conflict("x"), 409, "WORKFLOW_CONFLICT"),
    (Unexpected(), 500, "INTERNAL_ERROR"),
    (TooLarge("x"), 413, "PAYLOAD_TOO_LARGE"),
    (KeyReused("x"), 422, "VALIDATION_FAILED"),
    (Busy("x"), 503, "SERVICE_UNAVAILABLE"),
]


@pytest.mark.parametrize(("error", "status", "code"), PAGE, ids=lambda value: str(value)[:24])
def test_each_refusal_has_the_status_and_code_of_the_page(error, status, code):
    body = APPROVALS.refusal(error, Asked("req_5f0c21ab"))
    assert APPROVALS.status_of(error) == status
    assert body["success"] is False
    assert [each["code"] for each in body["errors"]] == [code]
    assert body["meta"] == {"requestId": "req_5f0c21ab"}


def test_the_admin_api_keeps_its_own_words():
    assert (ADMIN.status_of(WrongTenant("x")), ADMIN.code_of(WrongTenant("x"))) == (
        403,
        "FORBIDDEN",
    )
    assert ADMIN.code_of(DocumentNotFound("x")) == "NOT_FOUND"
