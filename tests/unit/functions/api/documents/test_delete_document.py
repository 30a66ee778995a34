"""DELETE /api/v1/documents/{documentId}"""

from tests.support.gateway import Client
from tests.support.stack import Stack
from tests.unit.functions.api.admin.documents import data, error
from tests.unit.functions.api.documents.files import PDF, URL, entries


def test_it_is_gone_at_once_and_its_history_stays(alice: Client) -> None:
    made = data(alice.upload(URL, PDF), 201)
    here = f"{URL}/{made['id']}"
    assert data(alice.delete(here))["status"] == "Deleted"
    for answer in (
        alice.get(here),
        alice.get(f"{here}/content"),
        alice.get(f"{here}/versions"),
        alice.upload(f"{here}/versions", b"again"),
        alice.delete(here),
    ):
        assert error(answer, 404)[0] == "DOC_NOT_FOUND"
    types = [entry.type for entry in entries(made["id"])]
    assert types == ["document.uploaded", "document.deleted"]


def test_an_announced_document_can_be_deleted(alice: Client) -> None:
    made = data(alice.post(f"{URL}/uploads", {"name": "a", "size": 5}), 201)
    assert data(alice.delete(f"{URL}/{made['id']}"))["status"] == "Deleted"


def test_another_tenants_document_is_404(alice: Client, stack: Stack) -> None:
    made = data(alice.upload(URL, PDF), 201)
    other = Client(stack.new_key("documents:write", tenant="globex"))
    assert error(other.delete(f"{URL}/{made['id']}"), 404)[0] == "DOC_NOT_FOUND"


def test_it_takes_the_scope(alice: Client, stack: Stack) -> None:
    made = data(alice.upload(URL, PDF), 201)
    reader = Client(stack.new_key("documents:read"))
    assert error(reader.delete(f"{URL}/{made['id']}"), 403)[0] == "SCOPE_INSUFFICIENT"
