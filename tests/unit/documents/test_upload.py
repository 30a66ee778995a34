"""Uploads at once, uploads that die, and who may change what."""

from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import replace

import pytest

from signoff.documents.remove import delete_document
from signoff.documents.upload import Labels, upload_document, upload_version
from signoff.errors import Forbidden
from signoff.identity.principal import Actor, Caller, Principal
from signoff.outbox.publish import publish_records
from signoff.storage.store import state
from tests.support.gateway import Client
from tests.support.stack import Stack
from tests.support.world import Killed
from tests.unit.functions.api.admin.documents import data, pages
from tests.unit.functions.api.documents.files import PDF, URL, entries, objects, sha256, tags


def test_of_the_same_content_at_once_one_wins(alice: Client) -> None:
    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda n: alice.upload(URL, PDF, f"{n}.pdf"), range(8)))
    assert sorted(answer.status for answer in answers) == [201] + [409] * 7
    [won] = [answer.body["data"]["id"] for answer in answers if answer.status == 201]
    lost = [answer.body["errors"][0] for answer in answers if answer.status == 409]
    assert {each["documentId"] for each in lost} == {won}
    assert len(objects()) == 1


def test_versions_at_once_each_get_a_number_and_their_own_content(alice: Client) -> None:
    made = data(alice.upload(URL, PDF), 201)
    versions = f"{URL}/{made['id']}/versions"
    with ThreadPoolExecutor(6) as pool:
        answers = list(pool.map(lambda n: alice.upload(versions, b"%d" % n), range(6)))
    assert [answer.status for answer in answers] == [201] * 6
    shown = data(alice.get(versions))
    assert [each["version"] for each in shown] == [7, 6, 5, 4, 3, 2, 1]
    assert len({each["sha256"] for each in shown}) == 7
    stored = {sha256(each) for each in objects().values()}
    assert stored == {each["sha256"] for each in shown}
    assert [entry.sequence for entry in entries(made["id"])] == list(range(1, 8))


def test_killed_at_any_call_the_command_repeated_makes_one_document(
    stack: Stack,
) -> None:
    caller = stack.world.caller("alice")
    with stack.world.faults.watching() as seen:
        upload_document(replace(caller, command_id="m" * 64), "m", b"measured", Labels())
    for number in range(1, len(seen.seen) + 1):
        for late in (False, True):
            sent = f"content {number} {late}".encode()
            by = replace(caller, command_id=sha256(sent))
            with stack.world.faults.watching((number, late)), suppress(Killed):
                upload_document(by, "a", sent, Labels())
            document = upload_document(by, "a", sent, Labels())
            assert document.sha256 == sha256(sent)
            assert [entry.type for entry in entries(document.document_id)] == ["document.uploaded"]
    for key in objects():  # what no document points to is marked to be cleared away
        assert tags(key) == {"state": "pending"}


def test_a_list_holds_a_document_once_and_nothing_of_a_deleted_one(alice: Client) -> None:
    made = data(alice.upload(URL, PDF, tags="x"), 201)
    data(alice.upload(f"{URL}/{made['id']}/versions", b"text now"), 201)
    assert data(alice.get(f"{URL}?type=application/pdf")) == []
    assert len(data(alice.get(f"{URL}?type=text/plain"))) == 1
    data(alice.delete(f"{URL}/{made['id']}"))
    for suffix in ("", "#owner#alice", "#status#Active", "#type#text/plain", "#tag#x"):
        assert list(state().query_all(f"T#acme#DOCUMENTS{suffix}")) == []


def person(name: str, *groups: str) -> Caller:
    actor = Actor(name, groups)
    return Caller(Principal("acme", frozenset({"documents:write"}), user=actor), actor)


def test_people_change_their_own_documents_and_administrators_any(stack: Stack) -> None:
    made = upload_document(person("alice"), "a", b"one", Labels())
    with pytest.raises(Forbidden):
        upload_version(person("bob"), made.document_id, "a", b"two")
    with pytest.raises(Forbidden):
        delete_document(person("bob"), made.document_id)
    assert upload_version(person("alice"), made.document_id, "a", b"two").version == 2
    assert delete_document(person("adam", "administrators"), made.document_id).status == "Deleted"


def test_the_outbox_publishes_a_documents_entries(
    alice: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    from signoff.outbox import publish
    from signoff.storage.values import marshal

    sent: list[str] = []

    class Bus:
        def put_events(self, Entries: list[dict[str, str]]) -> object:  # noqa: N803 - AWS's word
            sent.extend(entry["DetailType"] for entry in Entries)
            return {"Entries": [{} for _ in Entries]}

    made = data(alice.upload(URL, PDF), 201)
    monkeypatch.setattr(publish, "client", lambda _: Bus())
    images = [marshal(entry.to_item()) for entry in entries(made["id"])]
    records = [
        {"eventName": "INSERT", "dynamodb": {"NewImage": image, "SequenceNumber": "1"}}
        for image in images
    ]
    assert publish_records(records) == []
    assert sent == ["document.uploaded"]


def test_an_audit_finds_what_happened_to_a_document(alice: Client, stack: Stack) -> None:
    made = data(alice.upload(URL, PDF), 201)
    data(alice.delete(f"{URL}/{made['id']}"))
    auditor = Client(stack.new_key("admin:audit"))
    found = pages(auditor, f"/api/v1/admin/audit?subject={made['id']}", 1)
    assert [entry["type"] for entry in found] == ["document.deleted", "document.uploaded"]
    assert {entry["subject"] for entry in found} == {made["id"]}
