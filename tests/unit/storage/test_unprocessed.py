"""DynamoDB may answer a part of what is asked for: the rest is asked for again, with patience."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import pytest

from signoff.storage import table
from signoff.storage.table import Key, Table, get_across
from signoff.storage.values import Item, marshal

STATE, HISTORY = Table("state"), Table("history")
KEYS = [("T#acme", f"{number}") for number in range(5)]


class Throttled:
    """A DynamoDB that has every item that it is asked for, and reads ``most`` of them a call."""

    def __init__(self, most: int) -> None:
        self.most = most
        self.asked: list[int] = []

    def batch_get_item(self, *, RequestItems: Mapping[str, Any]) -> dict[str, Any]:  # noqa: N803
        wanted = [(name, key) for name, of in RequestItems.items() for key in of["Keys"]]
        assert all(of["ConsistentRead"] for of in RequestItems.values())
        self.asked.append(len(wanted))
        read, rest = wanted[: self.most], wanted[self.most :]
        left: dict[str, Any] = {}
        for name, key in rest:
            left.setdefault(name, {"Keys": [], "ConsistentRead": True})["Keys"].append(key)
        found: dict[str, list[Item]] = {name: [] for name in RequestItems}
        for name, key in read:
            found[name].append(key | marshal({"of": name}))
        return {"Responses": found, "UnprocessedKeys": left}


@pytest.fixture
def pauses(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """The pauses that are made, which take no time here."""
    made: list[float] = []
    monkeypatch.setattr(table.time, "sleep", made.append)
    return made


Read = Callable[[Sequence[Key]], dict[Key, Item]]
READS: list[Read] = [STATE.get_many, lambda keys: get_across({STATE: keys[:3], HISTORY: keys[3:]})]


@pytest.mark.parametrize("read", READS)
def test_what_was_left_is_asked_for_again_behind_growing_pauses(
    read: Read, pauses: list[float], monkeypatch: pytest.MonkeyPatch
) -> None:
    slow = Throttled(2)
    monkeypatch.setattr(table, "client", lambda _: slow)
    assert set(read(KEYS)) == set(KEYS)
    assert slow.asked == [5, 3, 1]
    assert len(pauses) == 2
    assert 0 < pauses[0] <= pauses[1]


@pytest.mark.parametrize("read", READS)
def test_the_patience_ends(
    read: Read, pauses: list[float], monkeypatch: pytest.MonkeyPatch
) -> None:
    stuck = Throttled(0)
    monkeypatch.setattr(table, "client", lambda _: stuck)
    with pytest.raises(TimeoutError):
        read(KEYS)
    assert len(stuck.asked) == len(pauses) + 1 == 5
    assert sum(pauses) < 1


@pytest.mark.parametrize("read", READS)
def test_who_gets_everything_does_not_pause(
    read: Read, pauses: list[float], monkeypatch: pytest.MonkeyPatch
) -> None:
    quick = Throttled(100)
    monkeypatch.setattr(table, "client", lambda _: quick)
    assert set(read(KEYS)) == set(KEYS)
    assert read([]) == {}
    assert (quick.asked, pauses) == ([5], [])


def test_items_of_two_tables_come_from_their_own(monkeypatch: pytest.MonkeyPatch) -> None:
    quick = Throttled(100)
    monkeypatch.setattr(table, "client", lambda _: quick)
    found = get_across({STATE: KEYS[:1], HISTORY: KEYS[1:2]})
    assert [found[key]["of"] for key in KEYS[:2]] == ["state", "history"]


def test_more_than_a_call_takes_are_read_in_several(monkeypatch: pytest.MonkeyPatch) -> None:
    quick = Throttled(100)
    monkeypatch.setattr(table, "client", lambda _: quick)
    keys = [("T#acme", f"{number}") for number in range(250)]
    assert set(STATE.get_many([*keys, *keys[:10]])) == set(keys)
    assert quick.asked == [100, 100, 50]
