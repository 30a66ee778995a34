"""Worklists: what is due first stands first, then the oldest, page by page, each once."""

from __future__ import annotations

from signoff.clock import after
from signoff.identity.principal import Actor, Caller, Principal
from signoff.tasks.worklist import WorklistEntry, group_worklist, own_worklist
from tests.support.world import TENANT, World
from tests.unit.tasks.test_lists import EARLY, LATE, SOON, here, made, put

__all__ = ["here"]

BOB = Caller(Principal(TENANT, frozenset(), "key-1"), Actor("bob", ("legal", "finance")))


def names(entries: list[WorklistEntry]) -> list[str]:
    return [entry.step_id for entry in entries]


def paged(read: object, limit: int) -> list[str]:
    """A worklist from page to page."""
    assert callable(read)
    found: list[str] = []
    cursor = None
    for _ in range(20):
        page = read(BOB, limit=limit, cursor=cursor)
        assert len(page.items) <= limit
        found += names(page.items)
        cursor = page.cursor
        if cursor is None:
            return found
    raise AssertionError("the list does not end")


def test_a_person_sees_first_what_is_due_first_and_last_what_never_is(here: World) -> None:
    put(
        made(owner="bob", step_id="no-hurry", opened_at=after(-9)),
        made(owner="bob", step_id="older", opened_at=after(-99)),
        made(owner="bob", step_id="soon", due_at=SOON, opened_at=after(-1)),
        made(owner="bob", step_id="late", due_at=EARLY, opened_at=after(-2)),
        made(owner="bob", step_id="long", due_at=LATE, opened_at=after(-999)),
        made(owner="carol", step_id="hers", due_at=EARLY),
    )
    wanted = ["late", "soon", "long", "older", "no-hurry"]
    for limit in (1, 2, 5, 50):
        assert paged(own_worklist, limit) == wanted


def test_the_groups_of_a_person_make_one_list_in_one_order(here: World) -> None:
    put(
        made(groups=("legal",), step_id="b", due_at=SOON),
        made(groups=("finance",), step_id="a", due_at=EARLY),
        made(groups=("finance", "legal"), step_id="c", due_at=LATE),
        made(groups=("legal", "finance"), step_id="d", opened_at=after(-50)),
        made(groups=("finance",), step_id="e", opened_at=after(-40)),
        made(groups=("sales",), step_id="theirs", due_at=EARLY),
    )
    for limit in (1, 2, 3, 50):
        assert paged(group_worklist, limit) == ["a", "b", "c", "d", "e"]
