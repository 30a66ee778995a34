"""POST /api/v1/documents"""

import json
from typing import Any

import pytest

from signoff.contracts.documents.forms import DIRECT_BYTES
from tests.support.gateway import Answer, Client, event
from tests.support.stack import Stack
from tests.unit.functions.api.admin.documents import data, error, errors
from tests.unit.functions.api.documents.files import (
    DOCX,
    EXE,
    HTML,
    PDF,
    URL,
    entries,
    objects,
    sha256,
    tags,
)


def test_the_document_is_active_at_once_and_says_what_it_is(alice: Client) -> None:
    made = data(alice.upload(URL, PDF, "Invoice.pdf", tags="Invoice, 2026,,invoice"), 201)
    assert made.pop("id")
    assert made.pop("uploadedAt") == made.pop("updatedAt")
    assert made == {
        "title": "Invoice.pdf",
        "name": "Invoice.pdf",
        "status": "Active",
        "reason": None,
        "duplicateOf": None,
        "size": len(PDF),
        "type": "application/pdf",
        "sha256": sha256(PDF),
        "version": 1,
        "owner": "alice",
        "tags": ["invoice", "2026"],
        "folderId": None,
    }


def test_the_content_is_stored_under_a_key_that_no_name_is_part_of(alice: Client) -> None:
    made = data(alice.upload(URL, PDF, "secret-name.pdf"), 201)
    [(key, content)] = objects().items()
    assert key.startswith(f"content/acme/{made['id']}/")
    assert "secret" not in key
    assert content == PDF
    assert tags(key) == {"state": "pending"}


def test_one_entry_tells_it_in_its_transaction(alice: Client) -> None:
    made = data(alice.upload(URL, PDF, "a.pdf"), 201)
    [entry] = entries(made["id"])
    assert (entry.type, entry.sequence, entry.actor) == ("document.uploaded", 1, "alice")
    assert entry.via
    assert entry.detail["sha256"] == sha256(PDF)
    assert (entry.detail["size"], entry.detail["version"]) == (len(PDF), 1)


def test_a_name_is_no_reason_to_believe_anything(alice: Client) -> None:
    lie = alice.upload(URL, EXE, "invoice.pdf")
    assert error(lie, 400) == ("FILE_TYPE_NOT_SUPPORTED", "file")
    assert "application/x-msdownload" in lie.text
    assert error(alice.upload(URL, HTML, "notes.txt"), 400)[0] == "FILE_TYPE_NOT_SUPPORTED"
    assert data(alice.upload(URL, DOCX, "program.exe"), 201)["type"].endswith(
        "wordprocessingml.document"
    )
    assert len(objects()) == 1


@pytest.mark.parametrize("encoding", ["latin-1", "utf-16"])
def test_text_that_is_not_utf_8_is_refused_in_words(alice: Client, encoding: str) -> None:
    answer = alice.upload(URL, "Grüße".encode(encoding), "a.txt")
    assert error(answer, 400) == ("FILE_TYPE_NOT_SUPPORTED", "file")
    assert "text that is not UTF-8" in errors(answer, 400)[0]["message"]
    noise = alice.upload(URL, bytes(range(256)), "a.txt")
    assert "application/octet-stream" in errors(noise, 400)[0]["message"]


def test_a_folder_that_is_none_is_refused_in_words(alice: Client) -> None:
    [found] = errors(alice.upload(URL, PDF, folderId="inbox"), 400)
    assert found["message"] == "folderId must be a UUID"


def test_an_empty_file_is_refused(alice: Client) -> None:
    assert error(alice.upload(URL, b"", "empty.txt"), 400) == ("VALIDATION_FAILED", "file")


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("../../etc/passwd", "passwd"),
        ("C:\\Users\\bob\\report.txt", "report.txt"),
        ("in\r\nvoice\x00.txt", "in voice.txt"),
        ("\u202egpj.exe", "gpj.exe"),
        ("", "document"),
        ("...", "document"),
        ("Ärger 🦄.txt", "Ärger 🦄.txt"),
        ("T#acme#DOCUMENTS", "T#acme#DOCUMENTS"),
        ("x" * 10_000 + ".txt", "x" * 251 + ".txt"),
    ],
)
def test_a_hostile_name_is_text(alice: Client, given: str, kept: str) -> None:
    made = data(send_form(alice, given), 201)
    assert made["name"] == kept
    [key] = objects()
    assert kept not in key


def send_form(client: Client, name: str) -> Answer:
    """A form whose file's name is sent as it is; line breaks, which end a header, as blanks."""
    written = name.replace("\r", " ").replace("\n", " ").encode()
    head = b'--b\r\nContent-Disposition: form-data; name="file"; filename="' + written + b'"'
    body = head + b"\r\n\r\nhello\r\n--b--\r\n"
    return client.post(URL, body, Content_Type="multipart/form-data; boundary=b")


def test_above_four_megabytes_the_answer_names_the_operation_that_takes_them(
    alice: Client,
) -> None:
    fits = b"a" * DIRECT_BYTES
    assert data(alice.upload(URL, fits), 201)["size"] == DIRECT_BYTES
    for size in (DIRECT_BYTES + 1, DIRECT_BYTES * 2):
        answer = alice.upload(URL, b"a" * size)
        assert error(answer, 413) == ("FILE_TOO_LARGE", "file")
        assert "POST /api/v1/documents/uploads" in answer.text


def test_what_lambda_takes_is_enough_for_the_largest_file(alice: Client) -> None:
    sent: dict[str, Any] = event("POST", URL, body=b"a" * (DIRECT_BYTES + 96 * 1024))
    assert len(json.dumps(sent)) < 6_000_000


def test_the_same_content_is_a_duplicate_whatever_its_name(alice: Client) -> None:
    first = data(alice.upload(URL, PDF, "a.pdf"), 201)
    answer = alice.upload(URL, PDF, "b.pdf")
    [found] = errors(answer, 409)
    assert (found["code"], found["documentId"]) == ("DUPLICATE_HASH", first["id"])
    assert first["id"] in found["message"]
    assert len(objects()) == 1


def test_another_tenants_content_is_no_duplicate(alice: Client, stack: Stack) -> None:
    data(alice.upload(URL, PDF), 201)
    other = Client(stack.new_key("documents:write", tenant="globex"))
    data(other.upload(URL, PDF), 201)


def test_a_deleted_documents_content_may_come_again(alice: Client) -> None:
    first = data(alice.upload(URL, PDF), 201)
    data(alice.delete(f"{URL}/{first['id']}"))
    assert data(alice.upload(URL, PDF), 201)["id"] != first["id"]


def test_a_repetition_answers_the_same_although_its_boundary_is_another(alice: Client) -> None:
    first = alice.upload(URL, PDF, Idempotency_Key="k")
    again = alice.upload(URL, PDF, Idempotency_Key="k")
    assert data(first, 201) == data(again, 201)
    assert len(objects()) == 1
    other = alice.upload(URL, PDF + b"\n", Idempotency_Key="k")
    assert errors(other, 422)


@pytest.mark.parametrize(
    ("kind", "body"),
    [
        ("application/json", b"{}"),
        ("multipart/form-data", b"--b--"),
        ("multipart/form-data; boundary=b", b""),
        ("multipart/form-data; boundary=b", b"--b\r\nbroken"),
        ("multipart/form-data; boundary=b", b"--b\r\nX: y\r\n\r\n\r\n--b--\r\n"),
        ("multipart/form-data; boundary=b", b"--b--\r\n"),
        (
            "multipart/form-data; boundary=b",
            b'--b\r\nContent-Disposition: form-data; name="title"\r\n\r\nx\r\n--b--\r\n',
        ),
        (
            "multipart/form-data; boundary=b",
            b'--b\r\nContent-Disposition: form-data; name="title"\r\n\r\n\xff\r\n--b--\r\n',
        ),
        (
            "multipart/form-data; boundary=b",
            b'--b\r\nContent-Disposition: form-data; name="file"\r\n\r\nx\r\n' * 2 + b"--b--\r\n",
        ),
    ],
)
def test_what_is_no_form_with_a_file_is_400(alice: Client, kind: str, body: bytes) -> None:
    assert error(alice.post(URL, body, Content_Type=kind), 400)[0] == "VALIDATION_FAILED"
    assert objects() == {}


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("title", "t" * 501),
        ("tags", ",".join(f"t{number}" for number in range(11))),
        ("tags", "t" * 51),
        ("folderId", "inbox"),
    ],
)
def test_labels_that_do_not_fit_are_400(alice: Client, field: str, value: str) -> None:
    assert error(alice.upload(URL, PDF, **{field: value}), 400) == ("VALIDATION_FAILED", field)
    assert objects() == {}


def test_fields_that_other_clients_send_are_ignored(alice: Client) -> None:
    data(alice.upload(URL, PDF, classification="invoice"), 201)


def test_it_takes_the_scope(stack: Stack) -> None:
    reader = Client(stack.new_key("documents:read"))
    assert error(reader.upload(URL, PDF), 403)[0] == "SCOPE_INSUFFICIENT"
