"""Documents on a stack that is up: uploads, links, the worker, and a run about one."""

from __future__ import annotations

import re
import uuid
from typing import Any

import pytest
import urllib3
from urllib3.filepost import encode_multipart_formdata

from tests.support.http import SECONDS, Answer
from tests.support.tenants import FLOWS, Operator, Person, Tenant, told
from tests.support.waiting import until

DOCUMENTS = "/api/v1/documents"
PDF = b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\ntrailer\n%%EOF\n"
REJECTING = """
key: plain-approval
name: Plain approval
steps:
  - id: Review
    type: approval
    config:
      mode: direct
      candidates: {users: [bob]}
      outcomes: {APPROVE: {next: Done}, REJECT: {next: Refused}}
  - {id: Done, type: end, config: {outcome: APPROVED}}
  - {id: Refused, type: end, config: {outcome: REJECTED}}
"""


def unique(length: int = 0) -> bytes:
    """Text that no other test has uploaded, of at least ``length`` bytes."""
    return f"{uuid.uuid4()}\n".encode() + b"line\n" * (length // 5)


def upload(person: Person, path: str, content: bytes, name: str = "a.txt", **more: str) -> Answer:
    """Send a form with a file."""
    fields: dict[str, Any] = {**more, "file": (name, content)}
    body, kind = encode_multipart_formdata(fields)
    return person.send("POST", path, body, Content_Type=kind)


def fetch(method: str, url: str, body: bytes | None = None) -> urllib3.BaseHTTPResponse:
    """Use a link, as somebody without any credentials."""
    with urllib3.PoolManager(retries=False, timeout=SECONDS) as pool:
        return pool.request(method, url, body=body)


def marks_of(tenant: Tenant, document_id: str) -> list[tuple[str, str]]:
    """The tags of a document's content, as they are in the bucket."""
    s3, bucket = tenant.stack.aws("s3"), tenant.stack.resource("DocumentsBucket")
    inside = s3.list_objects_v2(Bucket=bucket, Prefix=f"content/{tenant.slug}/{document_id}/")
    marks = [s3.get_object_tagging(Bucket=bucket, Key=each["Key"]) for each in inside["Contents"]]
    return [(tag["Key"], tag["Value"]) for mark in marks for tag in mark["TagSet"]]


def judged(person: Person, document_id: str) -> Any:
    """The document once the worker is done with it."""

    def there() -> Any:
        found = told(person.get(f"{DOCUMENTS}/{document_id}"))["data"]
        return found if found["status"] != "Processing" else None

    return until(there)


def announce(person: Person, size: int, **more: Any) -> Any:
    body = {"name": "big.txt", "size": size, **more}
    return told(person.post(f"{DOCUMENTS}/uploads", body), 201)["data"]


def test_what_is_uploaded_can_be_had_again(tenant: Tenant) -> None:
    content = PDF + unique()
    made = told(upload(tenant.alice, DOCUMENTS, content, "Größe.pdf"), 201)["data"]
    assert (made["status"], made["type"]) == ("Active", "application/pdf")
    link = told(tenant.alice.get(f"{DOCUMENTS}/{made['id']}/content"))["data"]
    got = fetch("GET", link["url"])
    assert (got.status, got.data) == (200, content)
    assert got.headers["Content-Type"] == "application/pdf"
    assert got.headers["Content-Disposition"].startswith('attachment; filename="Gr__e.pdf"')
    forged = re.sub(r"(X-Amz-Signature=)[0-9a-f]{8}", r"\g<1>00000000", link["url"])
    assert fetch("GET", forged).status == 403


def test_the_largest_file_of_a_request_and_one_that_is_larger(tenant: Tenant) -> None:
    most = 4 * 1024**2
    fits = unique(most)[:most]
    assert told(upload(tenant.alice, DOCUMENTS, fits), 201)["data"]["size"] == most
    answer = upload(tenant.alice, DOCUMENTS, fits + b"x")
    assert answer.status == 413
    assert answer.body["errors"][0]["code"] == "FILE_TOO_LARGE"


def test_a_larger_file_goes_to_a_link(tenant: Tenant) -> None:
    content = unique(9_000_000)
    made = announce(tenant.alice, len(content))
    assert fetch("PUT", made["upload"]["url"], content).status == 200
    document = judged(tenant.alice, made["id"])
    assert (document["status"], document["size"]) == ("Active", len(content))
    link = told(tenant.alice.get(f"{DOCUMENTS}/{made['id']}/content"))["data"]
    assert fetch("GET", link["url"]).data == content


def test_what_lies_about_its_type_is_refused(tenant: Tenant) -> None:
    program = b"MZ" + unique() + bytes(64)
    answer = upload(tenant.alice, DOCUMENTS, program, "invoice.pdf")
    assert answer.body["errors"][0]["code"] == "FILE_TYPE_NOT_SUPPORTED"
    made = announce(tenant.alice, len(program), type="application/pdf")
    assert fetch("PUT", made["upload"]["url"], program).status == 200
    document = judged(tenant.alice, made["id"])
    assert document["status"] == "Rejected"
    assert document["reason"]


def test_an_empty_file_is_refused_and_a_hostile_name_is_text(tenant: Tenant) -> None:
    assert upload(tenant.alice, DOCUMENTS, b"").body["errors"][0]["field"] == "file"
    for name, kept in (
        ("../../etc/passwd", "passwd"),
        ("\u202egpj.exe", "gpj.exe"),
        ("n" * 10_000 + ".txt", "n" * 251 + ".txt"),
    ):
        made = told(upload(tenant.alice, DOCUMENTS, unique(), name), 201)["data"]
        assert made["name"] == kept
        link = told(tenant.alice.get(f"{DOCUMENTS}/{made['id']}/content"))["data"]
        assert fetch("GET", link["url"]).status == 200


def test_a_duplicate_is_refused_either_way(tenant: Tenant) -> None:
    content = unique()
    first = told(upload(tenant.alice, DOCUMENTS, content), 201)["data"]
    [found] = upload(tenant.bob, DOCUMENTS, content, "other.txt").body["errors"]
    assert (found["code"], found["documentId"]) == ("DUPLICATE_HASH", first["id"])
    made = announce(tenant.alice, len(content))
    fetch("PUT", made["upload"]["url"], content)
    document = judged(tenant.alice, made["id"])
    assert document["status"] == "Rejected"
    assert first["id"] in document["reason"]


def test_another_tenant_finds_nothing(tenant: Tenant, empty_tenant: Tenant) -> None:
    made = told(upload(tenant.alice, DOCUMENTS, unique()), 201)["data"]
    stranger = empty_tenant.alice
    for path in ("", "/content", "/versions"):
        answer = stranger.get(f"{DOCUMENTS}/{made['id']}{path}")
        assert (answer.status, answer.body["errors"][0]["code"]) == (404, "DOC_NOT_FOUND")
    assert told(stranger.get(DOCUMENTS))["data"] == []


def test_a_deleted_document_is_gone(empty_tenant: Tenant) -> None:
    alice, content = empty_tenant.alice, unique()
    made = told(upload(alice, DOCUMENTS, content), 201)["data"]
    told(alice.send("DELETE", f"{DOCUMENTS}/{made['id']}"))
    assert alice.get(f"{DOCUMENTS}/{made['id']}").status == 404
    assert told(alice.get(DOCUMENTS))["data"] == []
    until(lambda: marks_of(empty_tenant, made["id"]) == [("state", "deleted")])
    told(upload(alice, DOCUMENTS, content), 201)


@pytest.fixture
def publisher(tenant: Tenant) -> Operator:
    tenant.operator.publish(REJECTING)
    return tenant.operator


def test_a_rejected_run_is_taken_up_with_a_new_version(tenant: Tenant, publisher: Operator) -> None:
    alice, bob = tenant.alice, tenant.bob
    made = told(upload(alice, DOCUMENTS, unique()), 201)["data"]
    flow = alice.submit("plain-approval", made["id"])
    [task] = flow["pendingTasks"]
    ended = told(bob.decide(task["taskId"], "REJECT", comment="Clause 7"))
    assert ended["terminalOutcome"] == "REJECTED"
    instance = f"wi_{flow['flowId'].replace('-', '')}"
    versions = f"{DOCUMENTS}/{made['id']}/versions"
    answer = upload(alice, versions, unique(), resubmitInstanceId=instance)
    again = told(answer, 201)["data"]
    assert again["version"] == 2
    run = str(uuid.UUID(again["instanceId"].removeprefix("wi_")))

    def opened() -> Any:
        return told(alice.get(f"{FLOWS}/{run}"))["pendingTasks"]

    assert until(opened)[0]["ownerId"] == "bob"
    repeated = upload(alice, versions, unique(), resubmitInstanceId=instance)
    assert repeated.status == 409


def test_settings_hold_from_then_on(empty_tenant: Tenant) -> None:
    operator, alice = empty_tenant.operator, empty_tenant.alice
    path = "/settings/documents"
    assert "application/pdf" in operator.get(path)["types"]
    changed = {"types": ["text/html"], "maxBytes": 1_000}
    assert told(operator.send("PUT", path, changed))["data"] == changed
    assert told(upload(alice, DOCUMENTS, b"<html>" + unique()), 201)["data"]["type"] == "text/html"
    assert upload(alice, DOCUMENTS, unique()).status == 400
    assert upload(alice, DOCUMENTS, b"<html>" + unique(2_000)).status == 413
