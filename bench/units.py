"""Request units of DynamoDB on demand, worked out from what is read and written.

An emulator does not bill as AWS does, so the rules are here (Amazon DynamoDB Developer Guide,
"DynamoDB on-demand capacity mode", "Item sizes and formats", "Managing DynamoDB Transactions" and
"Using Global Secondary Indexes"):

- a write is a unit per begun kilobyte of the larger of the item before and after, in a transaction
  two;
- a strongly consistent read is a unit per begun 4 KB, an eventually consistent one half of it; a
  query rounds up its items together, a batch each by itself;
- an index is written where an item enters, leaves or changes what the index holds of it; a change
  of its key is two writes. Writes of indexes are not doubled by a transaction.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

Wire = Mapping[str, Mapping[str, Any]]


@dataclass(frozen=True)
class IndexShape:
    """An index: its two key attributes, and whether it holds whole items."""

    name: str
    keys: tuple[str, str]
    whole: bool

    def holds_of(self, item: Wire | None) -> dict[str, Any] | None:
        """What the index keeps of an item; None where it is not in the index."""
        if item is None or not all(key in item for key in self.keys):
            return None
        if self.whole:
            return dict(item)
        return {name: item[name] for name in ("PK", "SK", *self.keys)}

    def write_units(self, before: Wire | None, after: Wire | None) -> int:
        """Units for taking the index from one item to the other."""
        old, new = self.holds_of(before), self.holds_of(after)
        if old == new:
            return 0
        if old and new and any(old[key] != new[key] for key in self.keys):
            return kilobytes(old) + kilobytes(new)
        return max(kilobytes(old), kilobytes(new))


def kilobytes(item: Wire | None) -> int:
    """Begun kilobytes of an item, at least one; none for no item."""
    return math.ceil(item_bytes(item) / 1024) if item else 0


def write_units(before: Wire | None, after: Wire | None) -> int:
    """Units of one write outside a transaction; removing nothing costs one too."""
    return max(1, kilobytes(before), kilobytes(after))


def read_units(items: Iterable[Wire], *, consistent: bool) -> float:
    """Units of one read of ``items`` together; finding nothing costs as much as 4 KB."""
    units = max(1, math.ceil(sum(map(item_bytes, items)) / 4096))
    return units if consistent else units / 2


def item_bytes(item: Wire) -> int:
    """The size of an item as DynamoDB counts it."""
    return sum(len(name.encode()) + _value_bytes(value) for name, value in item.items())


def _value_bytes(value: Mapping[str, Any]) -> int:
    ((kind, content),) = value.items()
    if kind == "S":
        return len(content.encode())
    if kind == "N":
        return len(content.strip("-").replace(".", "").strip("0")) // 2 + 2
    if kind in ("BOOL", "NULL"):
        return 1
    if kind == "L":
        return 3 + sum(1 + _value_bytes(each) for each in content)
    if kind == "M":
        return 3 + sum(
            1 + len(name.encode()) + _value_bytes(each) for name, each in content.items()
        )
    raise TypeError(f"an attribute of type {kind}")
