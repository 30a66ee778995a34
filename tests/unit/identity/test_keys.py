"""Keys are shown once, kept as a hash, listed without secrets and revoked for good."""

import json
import re
from dataclasses import replace

import pytest

from signoff import clock
from signoff.errors import Forbidden, Invalid, Malformed, NotFound
from signoff.identity.key_changes import revoke_key
from signoff.identity.keys import create_key, digest_of, find_by_digest, list_keys
from signoff.identity.principal import Actor, Caller, Principal
from signoff.pagination import encode_cursor
from signoff.storage.clients import client
from signoff.storage.transaction import Transaction
from tests.unit.identity.aws import HISTORY, STATE, settings_entries


def test_a_key_is_long_and_url_safe(aws: None) -> None:
    _, secret = create_key("acme", "ERP", ["flows:read"])
    assert re.fullmatch(r"wf_[A-Za-z0-9_-]{43}", secret)


def test_the_secret_is_stored_nowhere(aws: None) -> None:
    _, secret = create_key("acme", "ERP", ["flows:read"])
    for table in (STATE, HISTORY):
        stored = client("dynamodb").scan(TableName=table)["Items"]
        assert stored
        assert secret.removeprefix("wf_") not in json.dumps(stored)


def test_a_key_is_found_by_its_hash_alone(aws: None) -> None:
    key, secret = create_key("acme", "ERP", ["tasks:read", "flows:read"])
    assert find_by_digest(digest_of(secret)) == key
    assert key.scopes == ("flows:read", "tasks:read")
    assert find_by_digest(digest_of(secret + "x")) is None


@pytest.mark.parametrize("name", ["", "  ", "n" * 101])
def test_names_that_do_not_fit_are_refused(aws: None, name: str) -> None:
    with pytest.raises(Invalid) as refusal:
        create_key("acme", name, ["flows:read"])
    assert refusal.value.field == "name"


@pytest.mark.parametrize(
    "moment",
    [
        "tomorrow",
        "",
        "2099-01-01",
        "2099-01-01T00:00:00",
        "2020-01-01T00:00:00Z",
        "9999-12-31T23:59:59-14:00",
        "0001-01-01T00:00:00+14:00",
    ],
)
def test_an_expiry_is_a_moment_in_the_future(aws: None, moment: str) -> None:
    with pytest.raises(Invalid) as refusal:
        create_key("acme", "ERP", ["flows:read"], expires_at=moment)
    assert refusal.value.field == "expiresAt"


def test_an_expiry_is_kept_in_utc(aws: None) -> None:
    key, _ = create_key("acme", "ERP", ["flows:read"], expires_at="2099-06-01T02:00:00+02:00")
    assert key.expires_at == "2099-06-01T00:00:00.000Z"
    assert not key.is_expired()
    assert key.is_expired(clock.now().replace(year=2100))


def test_an_admin_scope_is_not_granted_by_a_lesser_key(aws: None) -> None:
    lesser = Caller(Principal("acme", frozenset({"admin:keys"}), "k", "Lesser"), Actor("ann"))
    with pytest.raises(Forbidden):
        create_key("acme", "Mine", ["admin:*"], by=lesser)
    assert list_keys("acme", limit=10).items == []


def test_a_command_repeated_finds_its_key_and_no_secret(aws: None, admin: Caller) -> None:
    first, again = replace(admin, command_id="c" * 64), replace(admin, command_id="d" * 64)
    key, secret = create_key("acme", "ERP", ["flows:read"], by=first)
    assert secret is not None
    assert create_key("acme", "ERP", ["flows:read"], by=first) == (key, None)
    assert [entry["type"] for entry in settings_entries("acme")] == ["key.created"]
    other, _ = create_key("acme", "ERP", ["flows:read"], by=again)
    assert list_keys("acme", limit=10).items == [other, key]


def test_the_same_command_twice_at_once_makes_one_key(
    aws: None, admin: Caller, monkeypatch: pytest.MonkeyPatch
) -> None:
    caller = replace(admin, command_id="c" * 64)
    commit, overtaken = Transaction.commit, []

    def be_overtaken(transaction: Transaction) -> None:
        if not overtaken:
            overtaken.append(True)
            overtaken.append(create_key("acme", "ERP", ["flows:read"], by=caller)[0])
        commit(transaction)

    monkeypatch.setattr(Transaction, "commit", be_overtaken)
    assert create_key("acme", "ERP", ["flows:read"], by=caller) == (overtaken[1], None)
    assert list_keys("acme", limit=10).items == [overtaken[1]]


def test_keys_are_listed_newest_first_page_by_page(aws: None) -> None:
    made = [create_key("acme", f"Key {n}", ["flows:read"])[0] for n in range(5)]
    create_key("other", "Not mine", ["flows:read"])
    newest_first = sorted(made, key=lambda key: key.key_id, reverse=True)
    seen, cursor = [], None
    for _ in range(4):
        page = list_keys("acme", limit=2, cursor=cursor)
        assert len(page.items) <= 2
        seen += page.items
        cursor = page.cursor
        if cursor is None:
            break
    assert seen == newest_first


@pytest.mark.parametrize(
    "cursor",
    ["x", "e30", encode_cursor({"after": 3}), encode_cursor({"after": "\ud800"}), "🔑"],
)
def test_a_cursor_from_elsewhere_is_refused(aws: None, cursor: str) -> None:
    with pytest.raises(Malformed):
        list_keys("acme", limit=2, cursor=cursor)


def test_a_revoked_key_is_revoked_in_both_places(aws: None, admin: Caller) -> None:
    key, secret = create_key("acme", "ERP", ["flows:read"])
    revoked = revoke_key("acme", key.key_id, by=admin)
    assert revoked.revoked_at is not None
    assert find_by_digest(digest_of(secret)) == revoked
    assert list_keys("acme", limit=10).items == [revoked]


def test_revoking_twice_writes_once(aws: None, admin: Caller) -> None:
    key, _ = create_key("acme", "ERP", ["flows:read"])
    first = revoke_key("acme", key.key_id, by=admin)
    assert revoke_key("acme", key.key_id, by=admin) == first
    types = [entry["type"] for entry in settings_entries("acme")]
    assert types == ["key.created", "key.revoked"]


def test_whoever_revokes_second_sees_what_the_first_wrote(
    aws: None, admin: Caller, monkeypatch: pytest.MonkeyPatch
) -> None:
    key, _ = create_key("acme", "ERP", ["flows:read"])
    commit, overtaken = Transaction.commit, []

    def be_overtaken(transaction: Transaction) -> None:
        if not overtaken:
            overtaken.append(True)
            overtaken.append(revoke_key("acme", key.key_id))
        commit(transaction)

    monkeypatch.setattr(Transaction, "commit", be_overtaken)
    assert revoke_key("acme", key.key_id, by=admin) == overtaken[1]
    assert len(settings_entries("acme")) == 2


@pytest.mark.parametrize("key_id", ["", "nope", "x" * 5000, "00000000-0000-7000-8000-000000000000"])
def test_revoking_what_does_not_exist(aws: None, key_id: str) -> None:
    with pytest.raises(NotFound):
        revoke_key("acme", key_id)


def test_another_tenants_key_does_not_exist(aws: None) -> None:
    key, secret = create_key("acme", "ERP", ["flows:read"])
    with pytest.raises(NotFound):
        revoke_key("other", key.key_id)
    assert find_by_digest(digest_of(secret)) == key


def test_the_history_names_who_did_it(aws: None, admin: Caller) -> None:
    key, _ = create_key("acme", "ERP", ["flows:read"], by=admin)
    [entry] = settings_entries("acme")
    assert (entry["actor"], entry["via"]) == ("key:Admin", "key-1")
    assert json.loads(entry["detail"])["keyId"] == key.key_id
