"""Uploads by link: what came is judged, and kept or refused."""

from contextlib import suppress
from datetime import UTC, datetime
from typing import Any

import pytest

from signoff.contracts.documents.events import to_cloud_event
from signoff.documents import announce, content
from signoff.documents.entry import DocumentEntry
from signoff.documents.process import process_upload
from signoff.documents.settle import settle_content
from signoff.outbox.publish import bus_entry
from signoff.storage.clients import client
from tests.support.gateway import Client
from tests.support.stack import Stack
from tests.support.world import Killed
from tests.unit.functions.api.admin.documents import data, error
from tests.unit.functions.api.documents.files import (
    DOCX,
    EXE,
    PDF,
    URL,
    entries,
    objects,
    sha256,
    tags,
)


def arrive(made: Any, sent: bytes) -> dict[str, Any]:
    """Put an object as the holder of a link does; answers S3's event of it."""
    key = f"incoming/acme/{made['id']}/{made['version']}"
    client("s3").put_object(Bucket="documents", Key=key, Body=sent)
    return {"bucket": {"name": "documents"}, "object": {"key": key, "size": len(sent)}}


def awaited(alice: Client, **more: Any) -> Any:
    return data(alice.post(f"{URL}/uploads", {"name": "a.pdf", "size": 99, **more}), 201)


def shown(alice: Client, made: Any) -> Any:
    return data(alice.get(f"{URL}/{made['id']}"))


@pytest.mark.parametrize("sent", [PDF, DOCX])
def test_what_is_taken_becomes_the_document(alice: Client, sent: bytes) -> None:
    made = awaited(alice)
    process_upload(arrive(made, sent))
    document = shown(alice, made)
    assert (document["status"], document["version"]) == ("Active", 1)
    assert (document["sha256"], document["size"]) == (sha256(sent), len(sent))
    [(key, stored)] = objects().items()
    assert key.startswith(f"content/acme/{made['id']}/")
    assert stored == sent
    _announced, uploaded = entries(made["id"])
    assert (uploaded.type, uploaded.actor) == ("document.uploaded", "alice")
    assert uploaded.detail["type"] == document["type"]


@pytest.mark.parametrize(
    ("sent", "reason"),
    [
        (EXE, "application/x-msdownload"),
        (b"", "empty"),
        (b"\x00" * 100, "application/octet-stream"),
    ],
)
def test_what_is_not_taken_is_refused_with_the_reason(
    alice: Client, sent: bytes, reason: str
) -> None:
    made = awaited(alice)
    process_upload(arrive(made, sent))
    document = shown(alice, made)
    assert document["status"] == "Rejected"
    assert reason in document["reason"]
    assert objects() == {}
    assert [entry.type for entry in entries(made["id"])] == [
        "document.announced",
        "document.rejected",
    ]
    assert data(alice.get(f"{URL}?status=Rejected"))[0]["id"] == made["id"]


def test_a_file_larger_than_the_tenant_takes_is_refused_unread(
    alice: Client, stack: Stack, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = awaited(alice)
    admin = Client(stack.new_key("admin:settings"))
    body = {"types": ["application/pdf"], "maxBytes": len(PDF) - 1}
    data(admin.put("/api/v1/admin/settings/documents", body))
    monkeypatch.setattr(content, "chunks", lambda *_: pytest.fail("the file was read"))
    process_upload(arrive(made, PDF))
    assert shown(alice, made)["status"] == "Rejected"


def test_the_comment_of_a_version_comes_with_its_content(alice: Client) -> None:
    document = data(alice.upload(URL, PDF), 201)
    sent = {"name": "b.txt", "size": 6, "documentId": document["id"], "comment": "Prices of May"}
    process_upload(arrive(data(alice.post(f"{URL}/uploads", sent), 201), b"second"))
    last = entries(document["id"])[-1]
    assert (last.type, last.detail["comment"]) == ("document.updated", "Prices of May")
    assert data(alice.get(f"{URL}/{document['id']}/versions"))[0]["comment"] == "Prices of May"


def test_a_duplicate_is_refused(alice: Client) -> None:
    first = data(alice.upload(URL, PDF), 201)
    made = awaited(alice)
    process_upload(arrive(made, PDF))
    document = shown(alice, made)
    assert document["status"] == "Rejected"
    assert first["id"] in document["reason"]
    assert document["duplicateOf"] == first["id"]
    assert entries(made["id"])[-1].detail["duplicateOf"] == first["id"]
    [version] = data(alice.get(f"{URL}/{made['id']}/versions"))
    assert (version["status"], version["duplicateOf"]) == ("Rejected", first["id"])
    again = {"name": "b.txt", "size": 6, "documentId": made["id"]}
    process_upload(arrive(data(alice.post(f"{URL}/uploads", again), 201), b"second"))
    document = shown(alice, made)
    assert (document["status"], document["reason"], document["duplicateOf"]) == (
        "Active", None, None,
    )  # fmt: skip


def test_the_same_event_again_changes_nothing(alice: Client) -> None:
    made = awaited(alice)
    event = arrive(made, PDF)
    process_upload(event)
    before = (shown(alice, made), objects())
    process_upload(event)
    assert (shown(alice, made), objects()) == before


def test_what_is_put_to_the_link_afterwards_changes_nothing(alice: Client) -> None:
    made = awaited(alice)
    process_upload(arrive(made, PDF))
    before = (shown(alice, made), objects())
    process_upload(arrive(made, EXE))
    assert (shown(alice, made), objects()) == before


def test_what_is_copied_is_what_was_judged(alice: Client) -> None:
    asked: list[Any] = []

    def note(params: Any, **_: Any) -> None:
        asked.append(params["CopySourceIfMatch"])

    events = client("s3").meta.events
    events.register("provide-client-params.s3.CopyObject", note)
    try:
        made = awaited(alice)
        event = arrive(made, PDF)
        found = content.find(event["object"]["key"])
        process_upload(event)
    finally:
        events.unregister("provide-client-params.s3.CopyObject", note)
    # S3 refuses a copy of what has changed meanwhile, and the queue brings the event again.
    assert found is not None
    assert asked == [found.etag]


def test_a_refused_version_leaves_the_document_as_it_is(alice: Client) -> None:
    document = data(alice.upload(URL, PDF), 201)
    made = awaited(alice, documentId=document["id"])
    process_upload(arrive(made, EXE))
    after = shown(alice, made)
    assert (after["status"], after["version"], after["reason"]) == ("Active", 1, None)
    newest = data(alice.get(f"{URL}/{document['id']}/versions"))[0]
    assert newest["status"] == "Rejected"
    assert newest["reason"]


def test_a_version_that_comes_late_does_not_hide_a_newer_one(alice: Client) -> None:
    document = data(alice.upload(URL, PDF), 201)
    late = awaited(alice, documentId=document["id"])
    data(alice.upload(f"{URL}/{document['id']}/versions", b"third"), 201)
    process_upload(arrive(late, b"second"))
    assert shown(alice, document)["version"] == 3
    versions = data(alice.get(f"{URL}/{document['id']}/versions"))
    assert [each["status"] for each in versions] == ["Active", "Rejected", "Active"]


def test_what_nobody_uploads_goes_by_itself(alice: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(announce, "KEPT_SECONDS", -1)
    made = awaited(alice_without_link(alice, monkeypatch))
    assert error(alice.get(f"{URL}/{made['id']}"), 404)[0] == "DOC_NOT_FOUND"
    assert data(alice.get(URL)) == []
    process_upload(arrive(made, PDF))
    assert objects() == {}


def alice_without_link(alice: Client, monkeypatch: pytest.MonkeyPatch) -> Client:
    """Whose link is made although the upload's time is over."""
    monkeypatch.setattr(announce, "find_version", _kept_version)
    return alice


def _kept_version(tenant: str, document_id: str, number: int) -> Any:
    from signoff.documents.model import Version, version_key
    from signoff.storage.store import state

    item = state().get(version_key(tenant, document_id, number))
    return Version.from_item(item) if item else None


def test_a_deleted_documents_upload_is_thrown_away(alice: Client) -> None:
    made = awaited(alice)
    event = arrive(made, PDF)
    data(alice.delete(f"{URL}/{made['id']}"))
    process_upload(event)
    assert objects() == {}


@pytest.mark.parametrize("key", ["incoming/x", "incoming/acme/../../1", "content/acme/a/b", ""])
def test_an_object_that_no_link_leads_to_is_left_alone(alice: Client, key: str) -> None:
    process_upload({"object": {"key": key}})


def test_killed_at_any_call_the_next_delivery_finishes_it(alice: Client, stack: Stack) -> None:
    calls = 0
    with stack.world.faults.watching() as seen:
        process_upload(arrive(awaited(alice), b"measured"))
        calls = len(seen.seen)
    for number in range(1, calls + 1):
        for late in (False, True):
            sent = f"content {number} {late}".encode()
            made = awaited(alice)
            event = arrive(made, sent)
            with stack.world.faults.watching((number, late)), suppress(Killed):
                process_upload(event)
            process_upload(event)
            document = shown(alice, made)
            assert (document["status"], document["sha256"]) == ("Active", sha256(sent))
            types = [entry.type for entry in entries(made["id"])]
            assert types == ["document.announced", "document.uploaded"]


def settled(entry: DocumentEntry) -> None:
    settle_content(to_cloud_event(entry))


def test_committed_content_loses_its_mark_and_deleted_content_gets_one(alice: Client) -> None:
    made = data(alice.upload(URL, PDF), 201)
    data(alice.upload(f"{URL}/{made['id']}/versions", b"second"), 201)
    for entry in entries(made["id"]):
        settled(entry)
    assert [tags(key) for key in objects()] == [{}, {}]
    data(alice.delete(f"{URL}/{made['id']}"))
    uploaded, updated, deleted = entries(made["id"])
    settled(deleted)
    assert [tags(key) for key in objects()] == [{"state": "deleted"}] * 2
    settled(uploaded)  # late, and once more
    settled(updated)
    assert [tags(key) for key in objects()] == [{"state": "deleted"}] * 2


def made_at(key: str) -> datetime:
    moment: datetime = client("s3").head_object(Bucket="documents", Key=key)["LastModified"]
    return moment


def test_the_time_of_grace_begins_with_the_deletion(
    alice: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    """S3 counts a rule's days from when an object was made, whatever its tags."""

    def s3_has_it_that_it_is(moment: datetime) -> None:
        monkeypatch.setattr("moto.s3.models.utcnow", lambda: moment.replace(tzinfo=None))

    s3_has_it_that_it_is(datetime(2026, 1, 1, tzinfo=UTC))
    made = data(alice.upload(URL, PDF), 201)
    [(key, stored)] = objects().items()
    s3_has_it_that_it_is(datetime(2026, 6, 1, tzinfo=UTC))
    data(alice.delete(f"{URL}/{made['id']}"))
    *_, deleted = entries(made["id"])
    settled(deleted)
    s3_has_it_that_it_is(datetime(2026, 6, 20, tzinfo=UTC))
    settled(deleted)  # again, which lengthens nothing
    assert made_at(key) == datetime(2026, 6, 1, tzinfo=UTC)
    assert objects() == {key: stored}
    kept = client("s3").head_object(Bucket="documents", Key=key)
    assert kept["ContentType"] == "application/pdf"
    client("s3").delete_object(Bucket="documents", Key=key)
    settled(deleted)  # and after it has gone


def test_what_is_deleted_while_it_is_settled_goes_all_the_same(
    alice: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = data(alice.upload(URL, PDF), 201)
    [uploaded] = entries(made["id"])
    settle = content.settle

    def deleted_first(key: str) -> None:
        monkeypatch.setattr(content, "settle", settle)
        data(alice.delete(f"{URL}/{made['id']}"))
        *_, deleted = entries(made["id"])
        settled(deleted)
        settle(key)

    monkeypatch.setattr(content, "settle", deleted_first)
    settled(uploaded)
    assert [tags(key) for key in objects()] == [{"state": "deleted"}]


def test_an_event_of_nothing_is_nothing(stack: Stack) -> None:
    settle_content({"tenant": "acme", "data": {"documentId": "none", "version": 1}})


def test_the_event_on_the_bus_is_the_entry(alice: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    made = data(alice.upload(URL, PDF), 201)
    [entry] = entries(made["id"])
    event = to_cloud_event(entry)
    assert (event["type"], event["subject"]) == ("dev.signoff.document.uploaded", made["id"])
    assert event["data"]["sha256"] == sha256(PDF)
    put = bus_entry(entry)
    assert (put["DetailType"], put["Resources"]) == (
        "document.uploaded",
        [f"document/{made['id']}"],
    )
