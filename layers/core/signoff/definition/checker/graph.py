"""The paths through one list of steps, as a graph of indexes."""

from __future__ import annotations

from collections.abc import Iterable

from ..walk import StepList, exits
from .targets import is_known

__all__ = ["Graph"]


class Graph:
    """Where each step of a list leads; `-1` stands for everything outside of the list.

    A step that does not exist counts as outside: it is reported as that, and what would follow
    from it is not.
    """

    OUT = -1

    def __init__(self, steps: StepList) -> None:
        """Follow every way out of every step of a list."""
        self.steps = steps
        self.edges: dict[int, tuple[int, ...]] = {}
        for index, step in enumerate(steps.steps):
            ways = exits(step, index, steps)
            found = {self._index(steps, way.target) for way in ways if is_known(way, steps)}
            leaves = not ways or not all(is_known(way, steps) for way in ways)
            self.edges[index] = tuple(sorted(found | ({self.OUT} if leaves else set())))

    def _index(self, steps: StepList, target: str) -> int:
        index = steps.index_of(target)
        return self.OUT if index is None else index

    def reachable(self) -> set[int]:
        """Return the steps that some path from the first one leads to."""
        return self.after([0]) if self.steps.steps else set()

    def after(self, starts: Iterable[int], without: frozenset[int] = frozenset()) -> set[int]:
        """Return `starts` and every step that follows from them, not going through `without`."""
        found: set[int] = set()
        waiting = [start for start in starts if start != self.OUT and start not in without]
        while waiting:
            index = waiting.pop()
            if index in found:
                continue
            found.add(index)
            waiting.extend(
                i
                for i in self.edges[index]
                if i != self.OUT and i not in found and i not in without
            )
        return found

    def leaving(self) -> set[int]:
        """Return the steps from which some path leads out of the list."""
        found = {index for index, targets in self.edges.items() if self.OUT in targets}
        grown = True
        while grown:
            more = {i for i, targets in self.edges.items() if found.intersection(targets)} - found
            grown = bool(more)
            found |= more
        return found

    def cycles(self, without: frozenset[int] = frozenset()) -> list[list[int]]:
        """Return the groups of steps that lead back to themselves, not going through `without`.

        Each group is as large as can be, in the order of the file.
        """
        after = {
            index: self.after(self.edges[index], without)
            for index in self.edges
            if index not in without
        }
        groups: list[list[int]] = []
        done: set[int] = set()
        for index, following in after.items():
            if index in following and index not in done:
                group = sorted(i for i in following if index in after[i])
                done.update(group)
                groups.append(group)
        return groups
