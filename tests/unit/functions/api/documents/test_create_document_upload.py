"""POST /api/v1/documents/uploads"""

import uuid
from typing import Any

import pytest

from signoff.documents.settings import DEFAULT_BYTES
from tests.support.gateway import Client
from tests.unit.functions.api.admin.documents import data, error
from tests.unit.functions.api.documents.files import PDF, URL, entries, link

UPLOADS = f"{URL}/uploads"
BODY = {"name": "contract.pdf", "size": 48_000_000, "type": "application/pdf"}


def test_the_document_is_processing_and_the_link_takes_exactly_its_size(alice: Client) -> None:
    made = data(alice.post(UPLOADS, BODY), 201)
    assert (made["version"], made["status"], made["instanceId"]) == (1, "Processing", None)
    told = link(made["upload"]["url"])
    assert told["key"] == f"incoming/acme/{made['id']}/1"
    assert told["X-Amz-SignedHeaders"] == "content-length;host"
    assert told["X-Amz-Expires"] == "3600"
    shown = data(alice.get(f"{URL}/{made['id']}"))
    assert (shown["status"], shown["version"], shown["size"]) == ("Processing", 0, None)


def test_it_is_announced_in_history(alice: Client) -> None:
    made = data(alice.post(UPLOADS, BODY), 201)
    [entry] = entries(made["id"])
    assert (entry.type, entry.detail["size"]) == ("document.announced", 48_000_000)


def test_a_repetition_announces_one_document(alice: Client) -> None:
    first = data(alice.post(UPLOADS, BODY, Idempotency_Key="k"), 201)
    assert data(alice.post(UPLOADS, BODY, Idempotency_Key="k"), 201) == first
    assert len(data(alice.get(URL))) == 1


def test_a_new_version_of_a_document(alice: Client) -> None:
    document = data(alice.upload(URL, PDF), 201)
    made = data(alice.post(UPLOADS, BODY | {"documentId": document["id"]}), 201)
    assert (made["id"], made["version"], made["status"]) == (document["id"], 2, "Processing")
    shown = data(alice.get(f"{URL}/{document['id']}"))
    assert (shown["version"], shown["status"]) == (1, "Active")


@pytest.mark.parametrize(
    ("change", "status", "code", "field"),
    [
        ({"name": ""}, 400, "VALIDATION_FAILED", "name"),
        ({"size": 0}, 400, "VALIDATION_FAILED", "size"),
        ({"size": "1"}, 400, "VALIDATION_FAILED", "size"),
        ({"size": 6 * 1024**3}, 400, "VALIDATION_FAILED", "size"),
        ({"size": DEFAULT_BYTES + 1}, 413, "FILE_TOO_LARGE", "size"),
        ({"type": "text/html"}, 400, "FILE_TYPE_NOT_SUPPORTED", "type"),
        ({"documentId": "abc"}, 404, "DOC_NOT_FOUND", None),
        ({"documentId": str(uuid.uuid4())}, 404, "DOC_NOT_FOUND", None),
        ({"resubmitInstanceId": "wi_00"}, 400, "VALIDATION_FAILED", "resubmitInstanceId"),
        ({"extra": 1}, 400, "VALIDATION_FAILED", "extra"),
    ],
)
def test_what_does_not_fit_is_refused(
    alice: Client, change: dict[str, Any], status: int, code: str, field: str | None
) -> None:
    assert error(alice.post(UPLOADS, BODY | change), status) == (code, field)
    assert data(alice.get(URL)) == []
