"""A key is edited, gets new secrets and loses them, and every change is on record."""

import json
from dataclasses import replace
from datetime import timedelta

import pytest

from signoff import clock
from signoff.errors import Conflict, Forbidden, Invalid, KeyRevoked, NotFound
from signoff.identity.authenticate import authenticate, forget_all
from signoff.identity.key_changes import Edit, edit_key, revoke_key, rotate_key
from signoff.identity.keys import ApiKey, create_key, digest_of, find_by_digest, find_key
from signoff.identity.principal import Actor, Caller, Principal
from signoff.storage.store import state
from signoff.storage.transaction import Transaction
from tests.unit.identity.aws import settings_entries


@pytest.fixture
def key(aws: None) -> tuple[ApiKey, str]:
    """A key with its secret."""
    return create_key("acme", "ERP", ["flows:read"])


def works(secret: str) -> bool:
    forget_all()
    try:
        authenticate(f"Bearer {secret}", None, None)
    except KeyRevoked:
        return False
    return True


def later(monkeypatch: pytest.MonkeyPatch, seconds: float) -> None:
    moment = clock.now() + timedelta(seconds=seconds)
    monkeypatch.setattr(clock, "now", lambda: moment)


def test_an_edit_changes_what_it_names_everywhere(key: tuple[ApiKey, str], admin: Caller) -> None:
    made, secret = key
    edit = Edit(name="Reports", scopes=["tasks:read"], allowed=["203.0.113.7"])
    edited = edit_key("acme", made.key_id, edit, by=admin)
    assert (edited.name, edited.scopes, edited.allowed) == (
        "Reports",
        ("tasks:read",),
        ("203.0.113.7/32",),
    )
    assert find_key("acme", made.key_id) == edited
    found = find_by_digest(digest_of(secret))
    assert found is not None
    assert (found.name, found.scopes, found.allowed) == (
        edited.name,
        edited.scopes,
        edited.allowed,
    )


def test_an_expiry_is_set_and_taken_away(key: tuple[ApiKey, str], admin: Caller) -> None:
    made, _ = key
    until = edit_key("acme", made.key_id, Edit(expiry=("2099-01-01T00:00:00Z",)), by=admin)
    assert until.expires_at == "2099-01-01T00:00:00.000Z"
    assert edit_key("acme", made.key_id, Edit(name="X"), by=admin).expires_at == until.expires_at
    assert edit_key("acme", made.key_id, Edit(expiry=(None,)), by=admin).expires_at is None


def test_the_history_says_what_was_and_what_is(key: tuple[ApiKey, str], admin: Caller) -> None:
    made, _ = key
    edit_key("acme", made.key_id, Edit(scopes=["tasks:read"]), by=admin)
    edit_key("acme", made.key_id, Edit(scopes=["tasks:read"]), by=admin)  # nothing new
    _, entry = settings_entries("acme")
    assert (entry["type"], entry["actor"], entry["via"]) == ("key.changed", "key:Admin", "key-1")
    assert json.loads(entry["detail"]) == {
        "keyId": made.key_id,
        "name": "ERP",
        "before": {"scopes": ["flows:read"]},
        "after": {"scopes": ["tasks:read"]},
    }


@pytest.mark.parametrize(
    ("edit", "field"),
    [
        (Edit(name=" "), "name"),
        (Edit(scopes=[]), "scopes"),
        (Edit(scopes=["everything"]), "scopes"),
        (Edit(allowed=["203.0.113.7/24"]), "ipAllowList"),
        (Edit(expiry=("yesterday",)), "expiresAt"),
    ],
)
def test_what_does_not_fit_changes_nothing(
    key: tuple[ApiKey, str], admin: Caller, edit: Edit, field: str
) -> None:
    with pytest.raises(Invalid) as refusal:
        edit_key("acme", key[0].key_id, edit, by=admin)
    assert refusal.value.field == field
    assert find_key("acme", key[0].key_id) == key[0]


def test_a_lesser_keeper_changes_no_key_that_is_greater(aws: None, admin: Caller) -> None:
    keeper = Caller(Principal("acme", frozenset({"admin:keys"}), "k", "Keeper"), Actor("ann"))
    greater, secret = create_key("acme", "Admin", ["admin:*"])
    lesser, _ = create_key("acme", "ERP", ["flows:read"])
    with pytest.raises(Forbidden):
        edit_key("acme", greater.key_id, Edit(allowed=[]), by=keeper)
    with pytest.raises(Forbidden):
        edit_key("acme", lesser.key_id, Edit(scopes=["admin:runs"]), by=keeper)
    with pytest.raises(Forbidden):
        rotate_key("acme", greater.key_id, by=keeper)
    assert works(secret)
    assert edit_key("acme", lesser.key_id, Edit(name="Mine"), by=keeper).name == "Mine"
    assert revoke_key("acme", greater.key_id, by=keeper).revoked_at


def test_both_secrets_are_good_until_the_overlap_ends(
    key: tuple[ApiKey, str], admin: Caller, monkeypatch: pytest.MonkeyPatch
) -> None:
    made, old = key
    rotated, new = rotate_key("acme", made.key_id, overlap_seconds=3600, by=admin)
    assert new is not None
    assert rotated.key_id == made.key_id
    assert works(old)
    assert works(new)
    later(monkeypatch, 3599)
    assert works(old)
    later(monkeypatch, 2)
    assert not works(old)
    assert works(new)


def test_the_end_of_an_overlap_counts_for_what_is_remembered(
    key: tuple[ApiKey, str], admin: Caller, monkeypatch: pytest.MonkeyPatch
) -> None:
    made, old = key
    rotate_key("acme", made.key_id, overlap_seconds=10, by=admin)
    assert works(old)
    later(monkeypatch, 11)
    with pytest.raises(KeyRevoked):
        authenticate(f"Bearer {old}", None, None)


def test_without_an_overlap_the_old_secret_ends_at_once(
    key: tuple[ApiKey, str], admin: Caller
) -> None:
    _, new = rotate_key("acme", key[0].key_id, overlap_seconds=0, by=admin)
    assert not works(key[1])
    assert works(str(new))


def test_a_second_rotation_leaves_two_secrets_at_most(
    key: tuple[ApiKey, str], admin: Caller
) -> None:
    made, first = key
    _, second = rotate_key("acme", made.key_id, by=admin)
    _, third = rotate_key("acme", made.key_id, by=admin)
    assert [works(str(each)) for each in (first, second, third)] == [False, True, True]


def test_a_revocation_and_an_edit_reach_every_secret(
    key: tuple[ApiKey, str], admin: Caller
) -> None:
    made, old = key
    _, new = rotate_key("acme", made.key_id, by=admin)
    edit_key("acme", made.key_id, Edit(scopes=["tasks:read"]), by=admin)
    forget_all()
    for secret in (old, str(new)):
        assert authenticate(f"Bearer {secret}", None, None).scopes == {"tasks:read"}
    revoke_key("acme", made.key_id, by=admin)
    assert not works(old)
    assert not works(str(new))


def test_an_edit_does_not_prolong_an_overlap(
    key: tuple[ApiKey, str], admin: Caller, monkeypatch: pytest.MonkeyPatch
) -> None:
    rotate_key("acme", key[0].key_id, overlap_seconds=10, by=admin)
    later(monkeypatch, 11)
    edit_key("acme", key[0].key_id, Edit(name="Later"), by=admin)
    assert not works(key[1])


@pytest.mark.parametrize("seconds", [-1, 7 * 24 * 3600 + 1])
def test_an_overlap_is_bounded(key: tuple[ApiKey, str], admin: Caller, seconds: int) -> None:
    with pytest.raises(Invalid) as refusal:
        rotate_key("acme", key[0].key_id, overlap_seconds=seconds, by=admin)
    assert refusal.value.field == "overlapSeconds"


def test_a_rotation_repeated_is_one(key: tuple[ApiKey, str], admin: Caller) -> None:
    caller = replace(admin, command_id="c" * 64)
    rotated, secret = rotate_key("acme", key[0].key_id, by=caller)
    assert rotate_key("acme", key[0].key_id, by=caller) == (rotated, None)
    assert works(str(secret))
    assert [entry["type"] for entry in settings_entries("acme")] == ["key.created", "key.rotated"]


def test_a_rotation_sent_twice_at_once_is_one(
    key: tuple[ApiKey, str], admin: Caller, monkeypatch: pytest.MonkeyPatch
) -> None:
    caller = replace(admin, command_id="c" * 64)
    commit, first = Transaction.commit, []

    def be_overtaken(transaction: Transaction) -> None:
        if not first:
            first.append("begun")
            first.append(rotate_key("acme", key[0].key_id, by=caller)[1])
        commit(transaction)

    monkeypatch.setattr(Transaction, "commit", be_overtaken)
    assert rotate_key("acme", key[0].key_id, by=caller)[1] is None
    assert works(str(first[1]))


def test_two_changes_at_once_both_count(
    key: tuple[ApiKey, str], admin: Caller, monkeypatch: pytest.MonkeyPatch
) -> None:
    commit, overtaken = Transaction.commit, []

    def be_overtaken(transaction: Transaction) -> None:
        if not overtaken:
            overtaken.append(True)
            edit_key("acme", key[0].key_id, Edit(scopes=["tasks:read"]), by=admin)
        commit(transaction)

    monkeypatch.setattr(Transaction, "commit", be_overtaken)
    edited = edit_key("acme", key[0].key_id, Edit(name="Reports"), by=admin)
    assert (edited.name, edited.scopes) == ("Reports", ("tasks:read",))


def test_a_key_that_is_over_gets_no_new_secret(
    aws: None, admin: Caller, monkeypatch: pytest.MonkeyPatch
) -> None:
    revoked, _ = create_key("acme", "Revoked", ["flows:read"])
    revoke_key("acme", revoked.key_id)
    expired, _ = create_key("acme", "Expired", ["flows:read"], expires_at="2099-01-01T00:00:00Z")
    end = clock.now().replace(year=2100)
    monkeypatch.setattr(clock, "now", lambda: end)
    for each in (revoked, expired):
        with pytest.raises(Conflict):
            rotate_key("acme", each.key_id, by=admin)
    with pytest.raises(Conflict):
        edit_key("acme", revoked.key_id, Edit(name="X"), by=admin)
    edit_key("acme", expired.key_id, Edit(expiry=(None,)), by=admin)
    assert not find_key("acme", expired.key_id).is_expired()


def test_another_tenants_key_does_not_exist(key: tuple[ApiKey, str], admin: Caller) -> None:
    for change in (
        lambda: find_key("umbrella", key[0].key_id),
        lambda: edit_key("umbrella", key[0].key_id, Edit(name="X"), by=admin),
        lambda: rotate_key("umbrella", key[0].key_id, by=admin),
    ):
        with pytest.raises(NotFound):
            change()


def test_a_key_of_the_first_release_can_be_changed(key: tuple[ApiKey, str], admin: Caller) -> None:
    made, old = key
    table = state()
    for where in ((f"KEY#{made.digest}", "KEY"), ("T#acme#KEYS", made.key_id)):
        item = table.get(where)
        assert item is not None
        for name in ("version", "allowed", "previous", "previousUntil", "secretUntil"):
            item.pop(name, None)
        writing = Transaction()
        writing.put(table, item)
        writing.commit()
    _, new = rotate_key("acme", made.key_id, by=admin)
    assert works(old)
    assert works(str(new))
