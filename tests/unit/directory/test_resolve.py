"""From whom a definition asks for to who is asked."""

from collections.abc import Iterator
from typing import Any

import pytest

from signoff.directory.departments import put_department
from signoff.directory.resolve import MAX_HOPS, LeftOut, resolve, resolve_people
from signoff.directory.user import Absence
from signoff.directory.users import create_user
from signoff.directory.wanted import ManagerOf, Person, Wanted
from tests.support.people import employ
from tests.support.world import TENANT, World, world

NOW = "2026-11-21T12:00:00.000Z"
BEFORE, BEHIND = "2026-11-20T00:00:00.000Z", "2026-11-22T00:00:00.000Z"


@pytest.fixture
def here(monkeypatch: pytest.MonkeyPatch, socket_disabled: None) -> Iterator[World]:
    """Tables of the test's own."""
    with world(monkeypatch) as made:
        yield made


def away(delegate: str | None = None, since: str = BEFORE, until: str | None = BEHIND) -> Absence:
    """Out of office now."""
    return Absence(since, until, delegate)


def resolved(initiator: str = "alice", **wanted: Any) -> list[Person]:
    """Who is asked."""
    return resolve_people(TENANT, Wanted(**wanted), initiator, NOW)


def test_who_is_not_in_the_directory_is_asked_as_they_are(here: World) -> None:
    employ(TENANT, "bob")
    assert resolved(users=("stranger", "bob")) == [Person("stranger"), Person("bob")]


def test_a_delegate_stands_in_and_who_was_meant_stays_visible(here: World) -> None:
    employ(TENANT, "bob", absence=away("carol"))
    employ(TENANT, "carol", absence=away("dora"))
    employ(TENANT, "dora")
    assert resolved(users=("bob",)) == [Person("dora", ("bob", "carol"))]


@pytest.mark.parametrize(
    "absence",
    [
        away("carol", since=BEHIND, until=None),
        away("carol", until=NOW),
        Absence(BEFORE, BEFORE, "carol"),
    ],
)
def test_an_absence_counts_from_its_beginning_to_its_end(here: World, absence: Absence) -> None:
    employ(TENANT, "bob", absence=absence)
    employ(TENANT, "carol")
    assert resolved(users=("bob",)) == [Person("bob")]


def test_an_absence_without_a_delegate_or_an_end(here: World) -> None:
    employ(TENANT, "bob", absence=away())
    employ(TENANT, "carol", absence=away("dora", until=None))
    employ(TENANT, "dora")
    employ(TENANT, "erik", absence=away("bob"))
    found = resolved(users=("bob", "carol", "erik"))
    # Who has named nobody is asked all the same, for those too whose delegate they are.
    assert found == [Person("bob", ("erik",)), Person("dora", ("carol",))]


def test_circles_stand_for_nobody(here: World) -> None:
    employ(TENANT, "bob", absence=away("carol"))
    employ(TENANT, "carol", absence=away("bob"))
    employ(TENANT, "self", absence=away("self"))
    assert resolved(users=("bob", "self", "carol")) == []


@pytest.mark.parametrize(("length", "found"), [(MAX_HOPS, 1), (MAX_HOPS + 1, 0)])
def test_a_chain_has_ten_delegates_at_most(here: World, length: int, found: int) -> None:
    for n in range(length):
        employ(TENANT, f"u{n}", absence=away(f"u{n + 1}"))
    employ(TENANT, f"u{length}")
    people = resolved(users=("u0",))
    assert len(people) == found
    assert [len(each.formerly) for each in people] == [length] * found


def test_removed_people_are_left_out_or_replaced(here: World) -> None:
    employ(TENANT, "gone", active=False)
    employ(TENANT, "left", active=False, absence=away("bob"))
    employ(TENANT, "past", active=False, absence=away("bob", until=BEFORE))
    employ(TENANT, "lost", absence=away("gone"))
    employ(TENANT, "stray", absence=away("stranger"))
    employ(TENANT, "bob")
    names = ("gone", "left", "past", "lost", "stray")
    found = resolve(TENANT, Wanted(users=(*names, "alice"), without="alice"), "alice", NOW)
    assert found.people == [Person("bob", ("left",))]
    assert found.left_out == [
        LeftOut("gone", "removed"),
        LeftOut("past", "removed"),
        LeftOut("lost", "removed"),
        LeftOut("stray", "unknown-delegate"),
        LeftOut("alice", "four-eyes"),
    ]


def test_duplicates_become_one(here: World) -> None:
    employ(TENANT, "bob")
    for name in ("carol", "dora"):
        employ(TENANT, name, absence=away("bob"))
    assert resolved(users=("carol", "bob", "dora")) == [Person("bob", ("carol", "dora"))]


def test_who_must_not_be_asked_is_not_asked_for_others_either(here: World) -> None:
    employ(TENANT, "alice", absence=away("dora"))
    employ(TENANT, "bob", absence=away("alice"))
    employ(TENANT, "carol", absence=away("dora"))
    employ(TENANT, "dora")
    everybody = ("alice", "bob", "carol")
    found = resolved(users=everybody, without="alice")
    # Bob's chain leads through Alice to Dora, and so does Carol's; Alice's own does not count.
    assert found == [Person("dora", ("bob", "alice", "carol"))]
    assert resolved(users=("carol",), without="dora") == []


def test_holders_of_roles(here: World) -> None:
    create_user(TENANT, "zoe", name="Zoe", roles=("payer", "checker"))
    create_user(TENANT, "bob", name="Bob", roles=("payer",))
    create_user(TENANT, "carol", name="Carol")
    found = resolved(users=("carol",), roles=("payer", "checker"))
    assert [each.user_id for each in found] == ["carol", "bob", "zoe"]


def test_roles_are_of_one_tenant(here: World) -> None:
    create_user("umbrella", "bob", name="Bob", roles=("payer",))
    assert resolved(roles=("payer",)) == []


@pytest.mark.parametrize(
    ("rule", "found"),
    [
        (ManagerOf(), ["erin"]),
        (ManagerOf(levels=2), ["top"]),
        (ManagerOf(levels=9), ["top"]),
        (ManagerOf("erin"), ["top"]),
        (ManagerOf("top"), []),
        (ManagerOf("stranger"), []),
    ],
)
def test_managers(here: World, rule: ManagerOf, found: list[str]) -> None:
    employ(TENANT, "top")
    employ(TENANT, "gone", manager="top", active=False)
    employ(TENANT, "erin", manager="gone")
    employ(TENANT, "alice", manager="erin")
    assert [each.user_id for each in resolved(managers=(rule,))] == found


def test_a_circle_of_managers_ends(here: World) -> None:
    employ(TENANT, "bob", manager="carol")
    employ(TENANT, "carol", manager="bob")
    assert resolved("bob", managers=(ManagerOf(levels=20),)) == [Person("carol")]


def test_heads_of_departments_and_who_stands_in_for_them(here: World) -> None:
    create_user(TENANT, "erin", name="Erin")
    put_department(TENANT, "finance", name="Finance", head="erin")
    put_department(TENANT, "legal", name="Legal", head=None)
    employ(TENANT, "erin", absence=away("dora"))
    employ(TENANT, "dora")
    assert resolved(heads_of=("legal", "nowhere", "finance")) == [Person("dora", ("erin",))]


def test_reads_are_few(here: World) -> None:
    for n in range(40):
        employ(TENANT, f"u{n}", absence=away(f"d{n % 3}"))
    employ(TENANT, "d0", "d1", "d2")
    with here.faults.watching() as seen:
        assert len(resolved(users=tuple(f"u{n}" for n in range(40)))) == 3
        assert seen.seen == ["BatchGetItem", "BatchGetItem"]
