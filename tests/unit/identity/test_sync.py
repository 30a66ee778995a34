"""The user pool follows the directory, however often and in whatever order it is told to."""

import json
from typing import Any

import pytest

from signoff.directory import users
from signoff.directory.find import find_subject, find_user
from signoff.directory.groups import ADMINISTRATORS
from signoff.directory.subjects import bind_subject
from signoff.directory.users import create_user, edit_user, remove_user
from signoff.identity import pool_users, sync
from signoff.identity.pool_users import pool_name
from signoff.identity.sync import sync_user
from signoff.outbox import publish
from signoff.storage.clients import client
from signoff.storage.store import history
from signoff.storage.values import marshal


@pytest.fixture
def pool(aws: None, monkeypatch: pytest.MonkeyPatch) -> str:
    """An empty user pool; its id."""
    cognito = client("cognito-idp")
    made: str = cognito.create_user_pool(PoolName="test")["UserPool"]["Id"]
    monkeypatch.setenv("USER_POOL_ISSUER", f"https://cognito-idp.eu-central-1.amazonaws.com/{made}")
    return made


def changed(user_id: str = "bob", tenant: str = "acme") -> None:
    sync_user({"tenant": tenant, "data": {"userId": user_id}})


def of_pool(pool: str, name: str = "acme/bob") -> dict[str, Any]:
    found: dict[str, Any] = client("cognito-idp").admin_get_user(UserPoolId=pool, Username=name)
    found["attributes"] = {each["Name"]: each["Value"] for each in found["UserAttributes"]}
    return found


def groups(pool: str, name: str = "acme/bob") -> set[str]:
    answer = client("cognito-idp").admin_list_groups_for_user(UserPoolId=pool, Username=name)
    return {each["GroupName"] for each in answer["Groups"]}


def test_a_new_user_is_made_and_known_by_their_subject(pool: str) -> None:
    create_user("acme", "bob", name="Bob", email="bob@example.com", groups=("legal", "finance"))
    changed()
    found = of_pool(pool)
    assert found["Enabled"]
    assert found["attributes"]["email"] == "bob@example.com"
    assert groups(pool) == {"acme/legal", "acme/finance"}
    user = find_user("acme", "bob")
    assert user is not None
    assert user.subject == found["attributes"]["sub"]
    assert find_subject(user.subject) == user


def test_a_subject_is_no_change_of_the_user(pool: str) -> None:
    made = create_user("acme", "bob", name="Bob")
    changed()
    found = find_user("acme", "bob")
    assert found is not None
    assert found.subject
    assert (found.version, found.updated_at) == (made.version, made.updated_at)
    assert edit_user("acme", "bob", {"name": "Robert"}, version=made.version).subject


def test_a_subject_that_arrives_during_a_change_is_kept(
    pool: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    create_user("acme", "bob", name="Bob")
    write = users.write_user

    def slower(*given: Any) -> None:
        monkeypatch.setattr(users, "write_user", write)
        bind_subject("acme", "bob", "subject-of-bob")
        write(*given)

    monkeypatch.setattr(users, "write_user", slower)
    edited = edit_user("acme", "bob", {"name": "Robert"}, version=1)
    assert (edited.version, edited.subject) == (2, "subject-of-bob")
    assert find_subject("subject-of-bob") == find_user("acme", "bob") == edited


def test_being_told_again_changes_nothing(pool: str) -> None:
    create_user("acme", "bob", name="Bob", groups=("legal",))
    changed()
    before, found = find_user("acme", "bob"), of_pool(pool)["attributes"]["sub"]
    for _ in range(3):
        changed()
    assert find_user("acme", "bob") == before
    assert of_pool(pool)["attributes"]["sub"] == found
    assert groups(pool) == {"acme/legal"}


def test_groups_and_the_role_admin_are_followed(pool: str) -> None:
    create_user("acme", "bob", name="Bob", groups=("legal", "finance"))
    changed()
    edit_user("acme", "bob", {"groups": ("finance",), "roles": ("admin",)})
    changed()
    assert groups(pool) == {"acme/finance", f"acme/{ADMINISTRATORS}"}


def test_a_removed_user_can_sign_in_no_more_and_may_come_back(pool: str) -> None:
    create_user("acme", "bob", name="Bob")
    changed()
    subject = of_pool(pool)["attributes"]["sub"]
    remove_user("acme", "bob", tasks_due_in=60)
    changed()
    assert not of_pool(pool)["Enabled"]
    edit_user("acme", "bob", {"active": True})
    changed()
    assert of_pool(pool)["Enabled"]
    assert of_pool(pool)["attributes"]["sub"] == subject


def test_somebody_removed_before_they_were_made_is_not_made(pool: str) -> None:
    create_user("acme", "bob", name="Bob")
    remove_user("acme", "bob", tasks_due_in=60)
    changed()
    assert client("cognito-idp").list_users(UserPoolId=pool)["Users"] == []


def test_somebody_who_is_not_there_is_nobodys_concern(pool: str) -> None:
    changed("nobody")
    assert client("cognito-idp").list_users(UserPoolId=pool)["Users"] == []


def test_two_tenants_have_a_bob_each(pool: str) -> None:
    for tenant in ("acme", "umbrella"):
        create_user(tenant, "bob", name="Bob", groups=("legal",))
        changed("bob", tenant)
    assert groups(pool) == {"acme/legal"}
    assert groups(pool, "umbrella/bob") == {"umbrella/legal"}
    subjects = {
        of_pool(pool, f"{tenant}/bob")["attributes"]["sub"] for tenant in ("acme", "umbrella")
    }
    assert len(subjects) == 2


@pytest.mark.parametrize("call", range(1, 8))
def test_a_worker_that_dies_is_followed_by_one_that_does_not(
    pool: str, monkeypatch: pytest.MonkeyPatch, call: int
) -> None:
    create_user("acme", "bob", name="Bob", groups=("legal",))
    seen: list[str] = []
    real = client("cognito-idp")

    class Dying:
        exceptions = real.exceptions

        def __getattr__(self, name: str) -> Any:
            def call_it(**given: Any) -> Any:
                seen.append(name)
                if len(seen) == call:
                    raise ConnectionError
                return getattr(real, name)(**given)

            return call_it

    with monkeypatch.context() as dying:
        dying.setattr(pool_users, "client", lambda _: Dying())
        try:
            changed()
        except ConnectionError:
            assert len(seen) == call
    changed()
    assert groups(pool) == {"acme/legal"}
    user = find_user("acme", "bob")
    assert user is not None
    assert user.subject == of_pool(pool)["attributes"]["sub"]


def test_whoever_is_removed_in_the_midst_of_it_stays_removed(
    pool: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    create_user("acme", "bob", name="Bob", groups=("legal",))
    changed()
    bring, removed = sync._bring_in_line, []

    def be_overtaken(user: Any) -> None:
        if not removed:
            removed.append(True)
            remove_user("acme", "bob", tasks_due_in=60)
            bring(find_user("acme", "bob"))  # the worker of that event, in between
            pool_users.set_enabled(user, True)
        bring(user)

    monkeypatch.setattr(sync, "_bring_in_line", be_overtaken)
    changed()
    assert not of_pool(pool)["Enabled"]


def test_names_that_the_pool_does_not_take_have_one_of_their_own() -> None:
    assert pool_name("acme", "bob") == "acme/bob"
    assert pool_name("acme", "josé.müller@example.com") == "acme/josé.müller@example.com"
    odd = {pool_name("acme", name) for name in ("b ob", "b\tob", "x" * 200, "x" * 201, "a\u200bb")}
    assert len(odd) == 5
    assert all(name.startswith("acme//") and len(name) <= 128 for name in odd)


def test_the_bus_hears_who_changed_and_not_what(pool: str, monkeypatch: pytest.MonkeyPatch) -> None:
    create_user("acme", "bob", name="Bob", email="bob@example.com")
    edit_user("acme", "bob", {"roles": ("approver",)})
    remove_user("acme", "bob", tasks_due_in=60)
    entries = list(history().query_all("T#acme#SETTINGS"))
    records = [
        {"eventName": "INSERT", "dynamodb": {"SequenceNumber": str(n), "NewImage": marshal(entry)}}
        for n, entry in enumerate(entries)
    ]
    monkeypatch.setenv("EVENT_BUS", "bus")
    sent: list[dict[str, Any]] = []

    class Bus:
        def put_events(self, Entries: list[dict[str, Any]]) -> dict[str, Any]:  # noqa: N803
            sent.extend(Entries)
            return {"Entries": [{} for _ in Entries]}

    monkeypatch.setattr(publish, "client", lambda _: Bus())
    assert publish.publish_records(records) == []
    assert [each["DetailType"] for each in sent] == ["user.created", "user.changed", "user.removed"]
    event = json.loads(sent[0]["Detail"])
    assert (event["tenant"], event["subject"]) == ("acme", "bob")
    assert event["data"] == {"userId": "bob", "actorId": None}
    assert event["id"] == entries[0]["id"]
    assert "example.com" not in json.dumps(sent)
