"""What the sheet says of documents (contracts/approvals-api, sections 3, 4, 5 and 10)."""

import re
import uuid
from typing import Any

import pytest

from signoff.contracts.documents.forms import DIRECT_BYTES
from tests.support.gateway import Answer, Client
from tests.support.stack import Stack, stack
from tests.unit.functions.api.admin.documents import PURCHASE

__all__ = ["stack"]

URL = "/api/v1/documents"
FOLDER = "7d2c5c0e-6a4b-4b0e-9a57-0b5d8f1f2a11"
TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ")


@pytest.fixture
def erp(stack: Stack) -> Client:
    """The page's program: with a key and a tenant."""
    return Client(stack.key, headers={"X-Tenant-Id": "acme"})


def told(answer: Answer, status: int) -> Any:
    assert answer.status == status, answer.text
    assert answer.body["success"] is True
    assert re.fullmatch(r"req_[0-9a-f]{8}", answer.body["meta"]["requestId"])
    return answer.body["data"]


def refused(answer: Answer) -> tuple[int, str]:
    assert set(answer.body) == {"success", "errors", "meta"}
    assert answer.body["success"] is False
    [error] = answer.body["errors"]
    assert {"code", "message", "field", "severity"} <= set(error)
    assert error["severity"] == "error"
    return answer.status, error["code"]


def test_uploading_as_the_page_does(erp: Client) -> None:
    sent = {"folderId": FOLDER, "tags": "invoice,acme", "classification": "Invoice"}
    made = told(erp.upload(URL, b"Invoice 118", "invoice.txt", **sent), 201)
    assert str(uuid.UUID(made["id"])) == made["id"]
    assert made["title"] == "invoice.txt"
    assert made["status"] in ("Processing", "Active")
    assert TIME.fullmatch(made["uploadedAt"])
    assert (made["folderId"], made["tags"]) == (FOLDER, ["invoice", "acme"])
    assert told(erp.get(f"{URL}/{made['id']}"), 200) == made


def test_the_errors_of_the_page(erp: Client) -> None:
    made = told(erp.upload(URL, b"one"), 201)
    assert refused(erp.upload(URL, b"one")) == (409, "DUPLICATE_HASH")
    assert refused(erp.upload(URL, b"a" * (DIRECT_BYTES + 1))) == (413, "FILE_TOO_LARGE")
    assert refused(erp.upload(URL, b"MZ" + bytes(99))) == (400, "FILE_TYPE_NOT_SUPPORTED")
    assert refused(erp.get(f"{URL}/{uuid.uuid4()}")) == (404, "DOC_NOT_FOUND")
    assert refused(erp.get(f"{URL}/not-an-id")) == (400, "VALIDATION_FAILED")
    other = Client(erp.key, headers={"X-Tenant-Id": "globex"})
    assert refused(other.get(f"{URL}/{made['id']}")) == (400, "TENANT_NOT_FOUND")
    assert refused(Client("wf_none").get(URL)) == (401, "UNAUTHORIZED")


def test_lists_are_pages_under_a_cursor(erp: Client) -> None:
    for number in range(3):
        told(erp.upload(URL, b"%d" % number), 201)
    answer = erp.get(f"{URL}?limit=2")
    assert len(told(answer, 200)) == 2
    pagination = answer.body["meta"]["pagination"]
    assert (pagination["limit"], pagination["hasMore"]) == (2, True)
    rest = erp.get(f"{URL}?limit=2&cursor={pagination['nextCursor']}")
    assert len(told(rest, 200)) == 1
    assert rest.body["meta"]["pagination"] == {"limit": 2, "hasMore": False, "nextCursor": None}
    assert erp.get(URL).body["meta"]["pagination"]["limit"] == 50
    assert refused(erp.get(f"{URL}?limit=201")) == (400, "VALIDATION_FAILED")


def test_a_workflow_starts_on_a_document_that_is_still_processing(
    erp: Client, stack: Stack
) -> None:
    made = told(erp.post(f"{URL}/uploads", {"name": "scan.pdf", "size": 9_000_000}), 201)
    assert made["status"] == "Processing"
    body = {
        "templateId": f"wt_{stack.publish(PURCHASE)}",
        "documentId": made["id"],
        "context": {"submittedBy": "alice"},
    }
    started = told(erp.post("/api/v1/workflows/start", body), 201)
    assert started["instanceId"].startswith("wi_")
