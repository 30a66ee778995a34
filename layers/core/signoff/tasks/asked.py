"""Who is or was asked in a run: by name, as a member of a group, or before handing a task on."""

from collections.abc import Iterator
from itertools import islice

from signoff.identity.principal import Actor
from signoff.runs.model import Run
from signoff.storage.store import state
from signoff.storage.values import Item, from_json

# Steps and tasks that are looked through for one person. A run has fewer, unless it goes round and
# round; a refusal may then say that somebody was never asked who was.
_MOST = 5_000


def was_asked(run: Run, person: Actor) -> bool:
    """Whether ``person`` is or was asked in the run; reads steps and tasks until one says so."""
    return any(_concerns(item, person) for item in _steps_and_tasks(run))


def had_their_turn(run: Run, person: Actor) -> bool:
    """Whether ``person`` was asked for something that is decided, or taken back, by now."""
    return any(
        item["status"] not in _OPEN and _concerns(item, person) for item in _steps_and_tasks(run)
    )


_OPEN = ("OPEN", "PENDING", "CLAIMED")  # of a step, of a task


def _steps_and_tasks(run: Run) -> Iterator[Item]:
    return islice(state().query_all(run.partition, prefix="STEP#"), _MOST)


def _concerns(item: Item, person: Actor) -> bool:
    if "asks" not in item:
        return _names(item, person)
    asked = from_json(item["asks"])[: item["opened"]]
    return any(_names(ask, person) for ask in asked)


def _names(asked: Item, person: Actor) -> bool:
    """Whether a task, or an ask of a step, means ``person``."""
    return (
        asked.get("owner") == person.id
        or person.id in (asked.get("formerly") or ())
        or not set(person.groups).isdisjoint(asked.get("groups") or ())
    )
