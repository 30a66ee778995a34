"""Whom a body may name, and which groups they have then."""

import pytest

from signoff.contracts.approvals import people
from signoff.errors import Forbidden, Invalid
from signoff.identity.principal import Actor, Caller, Principal

KEY = Principal("acme", frozenset({"actors:assert"}), key_id="k1", key_name="ERP")
MUTE = Principal("acme", frozenset({"workflows:write"}), key_id="k1", key_name="ERP")
BOB = Principal("acme", frozenset({"workflows:write"}), user=Actor("bob", ("legal",)))


@pytest.fixture(autouse=True)
def directory(monkeypatch: pytest.MonkeyPatch) -> None:
    """Bob is of finance, and nobody else is known."""
    known = {("acme", "bob"): ("finance",)}
    monkeypatch.setattr(people, "groups_of", lambda *who: known.get(who, ()))


def caller(principal: Principal, actor: str | None = None, *groups: str) -> Caller:
    own = principal.user or Actor(actor or principal.id, groups)
    return Caller(principal, own)


def named(who: Caller, name: str) -> Actor:
    return people.named_person(who, name, field="actorUserId")


def test_a_key_names_anybody_with_the_groups_of_the_directory():
    assert named(caller(KEY), "bob") == Actor("bob", ("finance",))
    assert named(caller(KEY), " eve ") == Actor("eve", ())


def test_asserted_groups_come_beside_those_of_the_directory():
    asserting = caller(KEY, None, "legal", "finance")
    assert named(asserting, "bob") == Actor("bob", ("legal", "finance"))
    assert named(caller(KEY, "bob", "legal"), "bob") == Actor("bob", ("legal", "finance"))


def test_the_header_must_not_name_somebody_else():
    with pytest.raises(Invalid) as refusal:
        named(caller(KEY, "alice"), "bob")
    assert refusal.value.field == "actorUserId"


def test_a_key_without_the_scope_names_nobody():
    with pytest.raises(Forbidden) as refusal:
        named(caller(MUTE), "bob")
    assert refusal.value.field == "actorUserId"


def test_beside_a_users_token_it_must_be_that_user():
    assert named(caller(BOB), "bob") == Actor("bob", ("legal",))
    with pytest.raises(Forbidden):
        named(caller(BOB), "alice")


@pytest.mark.parametrize("name", ["key:k2", "user:bob", "system:sla"])
def test_nobody_is_named_as_history_names_programs(name: str) -> None:
    with pytest.raises(Invalid) as refusal:
        named(caller(KEY), name)
    assert refusal.value.field == "actorUserId"
    assert named(caller(KEY), KEY.id).id == KEY.id


@pytest.mark.parametrize("name", ["", "  ", "b\u0000b", "b\nb", "x\u0085x"])
@pytest.mark.parametrize("principal", [KEY, MUTE, BOB])
def test_what_is_no_name_is_invalid(principal, name):
    with pytest.raises(Invalid):
        named(caller(principal), name)
