"""Several partitions as one list, also where DynamoDB ends a page before its limit."""

import pytest

from signoff.pagination import Slice
from signoff.storage import merge
from signoff.storage.table import Page


class Short:
    """A table whose pages end after ``size`` items, as after a megabyte."""

    def __init__(self, partitions, size):
        self._partitions, self._size = partitions, size

    def query(self, partition, *, after, before, newest_first, limit, **_):
        keys = sorted(self._partitions[partition], reverse=newest_first)
        left = [k for k in keys if (after is None or k > after) and (before is None or k < before)]
        shown = left[: min(limit, self._size)]
        items = [{"PK": partition, "SK": key} for key in shown]
        more = {"PK": partition, "SK": shown[-1]} if len(shown) < len(left) else None
        return Page(items, more)


def read_all(monkeypatch, partitions, size, *, limit, newest_first=False):
    monkeypatch.setattr(merge, "state", lambda: Short(partitions, size))
    found, cursor = [], None
    for _ in range(50):
        page: Slice = merge.merged(
            list(partitions), limit=limit, cursor=cursor, newest_first=newest_first
        )
        assert len(page.items) <= limit
        found += [item["SK"] for item in page.items]
        cursor = page.cursor
        if cursor is None:
            return found
    raise AssertionError("the list does not end")


@pytest.mark.parametrize("newest_first", [False, True])
@pytest.mark.parametrize("limit", [1, 2, 5, 50])
@pytest.mark.parametrize("size", [1, 2, 3, 100])
def test_nothing_is_left_out_or_shown_twice(monkeypatch, size, limit, newest_first):
    partitions = {
        "a": {f"{n:02}" for n in range(12)},
        "b": {f"{n:02}" for n in range(6, 20, 2)},
        "c": set(),
    }
    expected = sorted(set().union(*partitions.values()), reverse=newest_first)
    assert (
        read_all(monkeypatch, partitions, size, limit=limit, newest_first=newest_first) == expected
    )
