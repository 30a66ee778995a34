"""GET /api/v1/documents/{documentId}/content"""

import pytest

from signoff.storage.clients import client
from tests.support.gateway import Client
from tests.support.stack import Stack
from tests.unit.functions.api.admin.documents import data, error
from tests.unit.functions.api.documents.files import EMAIL, PDF, URL, link, sha256


def test_the_link_leads_to_the_content_as_a_file_to_save(alice: Client) -> None:
    made = data(alice.upload(URL, PDF, "Rechnung März.pdf"), 201)
    told = data(alice.get(f"{URL}/{made['id']}/content"))
    assert (told["sha256"], told["version"], told["name"]) == (
        sha256(PDF),
        1,
        "Rechnung März.pdf",
    )
    signed = link(told["url"])
    assert signed["X-Amz-Expires"] == "300"
    assert signed["response-content-type"] == "application/pdf"
    assert signed["response-content-disposition"] == (
        "attachment; filename=\"Rechnung M_rz.pdf\"; filename*=UTF-8''Rechnung%20M%C3%A4rz.pdf"
    )
    stored = client("s3").get_object(Bucket="documents", Key=signed["key"])
    assert stored["Body"].read() == PDF


@pytest.mark.parametrize("name", ['a"; filename=evil.html', "a%22.html\\", "x\u202ey.pdf", "é"])
def test_no_name_breaks_out_of_the_header(alice: Client, name: str) -> None:
    made = data(alice.upload(URL, PDF, name), 201)
    signed = link(data(alice.get(f"{URL}/{made['id']}/content"))["url"])
    disposition = signed["response-content-disposition"]
    assert disposition.isascii()
    assert disposition.startswith("attachment; ")
    assert disposition.count('"') == 2
    assert disposition.count(";") == 2


def test_content_that_a_browser_might_run_is_bytes_to_it(alice: Client) -> None:
    made = data(alice.upload(URL, EMAIL, "mail.eml"), 201)
    assert made["type"] == "message/rfc822"
    signed = link(data(alice.get(f"{URL}/{made['id']}/content"))["url"])
    assert signed["response-content-type"] == "application/octet-stream"


def test_a_former_version_can_be_had(alice: Client) -> None:
    made = data(alice.upload(URL, PDF), 201)
    data(alice.upload(f"{URL}/{made['id']}/versions", b"second"), 201)
    content = f"{URL}/{made['id']}/content"
    assert data(alice.get(content))["version"] == 2
    assert data(alice.get(f"{content}?version=1"))["sha256"] == sha256(PDF)
    assert error(alice.get(f"{content}?version=3"), 404)[0] == "DOC_NOT_FOUND"
    assert error(alice.get(f"{content}?version=0"), 400)[1] == "version"


def test_what_has_not_come_has_no_content(alice: Client) -> None:
    made = data(alice.post(f"{URL}/uploads", {"name": "a", "size": 5}), 201)
    answer = alice.get(f"{URL}/{made['id']}/content")
    assert error(answer, 409)[0] == "DOCUMENT_CONFLICT"


def test_another_tenants_document_is_404(alice: Client, stack: Stack) -> None:
    made = data(alice.upload(URL, PDF), 201)
    other = Client(stack.new_key("documents:read", tenant="globex"))
    assert error(other.get(f"{URL}/{made['id']}/content"), 404)[0] == "DOC_NOT_FOUND"
