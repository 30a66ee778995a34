"""Lists of runs, read from the indexes that the run's item keeps by itself."""

from collections.abc import Callable
from dataclasses import dataclass

from signoff.definitions.store import read_definition
from signoff.pagination import Slice, cursor_at, place_in
from signoff.runs.model import (
    STATUSES,
    Run,
    definition_partition,
    submitter_partition,
    tenant_partition,
)
from signoff.storage.merge import merged
from signoff.storage.store import BY_SUBMITTER, BY_TENANT, RUNS_BY_DEFINITION, state
from signoff.storage.values import Item

_ROUNDS = 5  # pages looked at for one page that is narrowed further than by its key
_AT_ONCE = 100  # runs looked at in each of them, at least

_Listed = tuple[str, Run]  # a run and its place in the list
_Read = Callable[[int, str | None], Slice[_Listed]]


@dataclass(frozen=True)
class Wanted:
    """What a list is narrowed to; None does not narrow.

    ``definition`` is a key or a UUID. ``started_after`` and ``started_before`` are timestamps; the
    first counts as after itself.
    """

    definition: str | None = None
    status: str | None = None
    initiator: str | None = None
    started_after: str | None = None
    started_before: str | None = None

    def keeps(self, run: Run) -> bool:
        """Whether the run's status, initiator and start are the wanted ones."""
        return (
            self.status in (None, run.status)
            and self.initiator in (None, run.initiator)
            and (self.started_after is None or run.started_at >= self.started_after)
            and (self.started_before is None or run.started_at < self.started_before)
        )


def runs_of_submitter(tenant: str, actor_id: str, *, limit: int, cursor: str | None) -> Slice[Run]:
    """The runs that ``actor_id`` started, last changed first."""
    return _of_submitter(tenant, actor_id)(limit, cursor).map(lambda listed: listed[1])


def list_runs(tenant: str, wanted: Wanted, *, limit: int, cursor: str | None) -> Slice[Run]:
    """The tenant's runs that are as ``wanted``, last started first; of an initiator, last changed.

    By definition, by status and by start the index is read where the page begins. An initiator's
    runs are looked through, a bounded number at a time: where another filter leaves few of them, a
    page may be short, or empty, and have a next one. Raises NotFound for a definition that there is
    not, Malformed for a cursor that no list gave out.
    """
    definition_id: str | None = None
    if wanted.definition is not None:
        place_in(cursor)
        definition_id = read_definition(tenant, wanted.definition).definition_id
    statuses = [wanted.status] if wanted.status else list(STATUSES)
    if wanted.initiator is not None:
        read = _until(_of_submitter(tenant, wanted.initiator), wanted.started_after)
        return _narrowed(
            read,
            lambda run: wanted.keeps(run) and definition_id in (None, run.definition_id),
            max(limit, _AT_ONCE),
            limit,
            cursor,
        )
    if definition_id is not None:
        partitions = [definition_partition(tenant, definition_id, each) for each in statuses]
        read = _of_definition(partitions)
    else:
        read = _of_tenant([tenant_partition(tenant, each) for each in statuses])
    read = _until(read, wanted.started_after)
    # Only a run whose status has changed since the index was written can be out of place.
    return _narrowed(read, wanted.keeps, limit, limit, _not_before(cursor, wanted.started_before))


def _of_submitter(tenant: str, actor_id: str) -> _Read:
    def read(count: int, cursor: str | None) -> Slice[_Listed]:
        partitions = [submitter_partition(tenant, actor_id)]
        return merged(
            partitions, limit=count, cursor=cursor, index=BY_SUBMITTER, newest_first=True
        ).map(lambda item: (item[BY_SUBMITTER.sort], Run.from_item(item)))

    return read


def _of_tenant(partitions: list[str]) -> _Read:
    def read(count: int, cursor: str | None) -> Slice[_Listed]:
        return merged(
            partitions, limit=count, cursor=cursor, index=BY_TENANT, newest_first=True
        ).map(lambda item: (item[BY_TENANT.sort], Run.from_item(item)))

    return read


def _of_definition(partitions: list[str]) -> _Read:
    def read(count: int, cursor: str | None) -> Slice[_Listed]:
        keys = merged(
            partitions, limit=count, cursor=cursor, index=RUNS_BY_DEFINITION, newest_first=True
        )
        found = _behind(keys.items)
        return Slice(found, keys.cursor)

    return read


def _behind(keys: list[Item]) -> list[_Listed]:
    """The runs behind the entries of an index that holds keys alone."""
    items = state().get_many([(each["PK"], each["SK"]) for each in keys])
    found = ((each, items.get((each["PK"], each["SK"]))) for each in keys)
    return [(each[RUNS_BY_DEFINITION.sort], Run.from_item(item)) for each, item in found if item]


def _not_before(cursor: str | None, started_before: str | None) -> str | None:
    """The cursor from which on runs were started before the moment: their places begin with it."""
    place = place_in(cursor)
    if started_before is None:
        return cursor
    return cursor_at(started_before if place is None else min(place, started_before))


def _until(read: _Read, started_after: str | None) -> _Read:
    """``read`` up to the first place that lies before the moment.

    No run is changed before it is started, so this holds for both orders.
    """
    if started_after is None:
        return read

    def shortened(count: int, cursor: str | None) -> Slice[_Listed]:
        page = read(count, cursor)
        kept = [listed for listed in page.items if listed[0] >= started_after]
        return Slice(kept, page.cursor if len(kept) == len(page.items) else None)

    return shortened


def _narrowed(
    read: _Read, keeps: Callable[[Run], bool], count: int, limit: int, cursor: str | None
) -> Slice[Run]:
    """``limit`` runs that ``keeps`` keeps, out of at most five pages of ``count``."""
    found: list[Run] = []
    for _ in range(_ROUNDS):
        page = read(count, cursor)
        for number, (place, run) in enumerate(page.items, 1):
            if keeps(run):
                found.append(run)
            if len(found) == limit:
                more = number < len(page.items) or page.cursor is not None
                return Slice(found, cursor_at(place) if more else None)
        cursor = page.cursor
        if cursor is None:
            break
    return Slice(found, cursor)
