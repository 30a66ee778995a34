"""GET /api/v1/documents/{documentId}/versions"""

from tests.support.gateway import Client
from tests.unit.functions.api.admin.documents import data, pages
from tests.unit.functions.api.documents.files import PDF, URL, sha256


def test_the_newest_comes_first_and_each_says_what_it_is(alice: Client) -> None:
    made = data(alice.upload(URL, PDF, "a.pdf"), 201)
    versions = f"{URL}/{made['id']}/versions"
    data(alice.upload(versions, b"second", "b.txt"), 201)
    data(alice.post(f"{URL}/uploads", {"name": "c", "size": 9, "documentId": made["id"]}), 201)
    third, second, first = data(alice.get(versions))
    assert (third["version"], third["status"], third["sha256"]) == (3, "Processing", None)
    assert (second["name"], second["type"], second["status"]) == ("b.txt", "text/plain", "Active")
    assert (first["sha256"], first["uploadedBy"]) == (sha256(PDF), "alice")
    assert [each["version"] for each in pages(alice, versions, 1)] == [3, 2, 1]
