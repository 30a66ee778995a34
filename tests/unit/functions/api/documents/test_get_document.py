"""GET /api/v1/documents/{documentId}"""

import uuid

from tests.support.gateway import Client
from tests.support.stack import Stack
from tests.unit.functions.api.admin.documents import data, error
from tests.unit.functions.api.documents.files import PDF, URL


def test_an_id_leads_to_its_document_however_it_is_written(alice: Client) -> None:
    made = data(alice.upload(URL, PDF), 201)
    assert data(alice.get(f"{URL}/{made['id'].upper()}")) == made


def test_an_unknown_document_is_404(alice: Client) -> None:
    assert error(alice.get(f"{URL}/{uuid.uuid4()}"), 404)[0] == "DOC_NOT_FOUND"
    assert error(alice.get(f"{URL}/uploads"), 400)[1] == "documentId"


def test_it_takes_the_scope(stack: Stack) -> None:
    writer = Client(stack.new_key("documents:write"))
    assert error(writer.get(f"{URL}/{uuid.uuid4()}"), 403)[0] == "SCOPE_INSUFFICIENT"
