"""Searching history by actor, subject and time, newest first. Every read is a key query.

What an index cannot narrow (a type, a key, an actor within a subject) is left out of what was
read. One request reads a bounded number of entries, so a page may be short, or empty, and go on.
"""

from dataclasses import dataclass

from signoff.audit.entry import AuditEntry
from signoff.audit.sources import source_of
from signoff.pagination import Slice, cursor_at, place_in

MOST_READ = 1_000
"""Entries that one request looks at."""

MOST_CHARACTERS = 2_000_000
"""Details of one page; Lambda answers with 6 MB at most."""

_CHUNK = 100  # keys of one BatchGetItem


@dataclass(frozen=True)
class Sought:
    """What is asked for; None does not narrow. Moments as the engine writes them.

    ``type_`` is a whole type or its first word; ``via`` the id of an API key, or ``link``;
    ``since`` is the first moment that counts, ``until`` the first one that does not.
    """

    actor: str | None = None
    subject: str | None = None
    type_: str | None = None
    via: str | None = None
    since: str | None = None
    until: str | None = None

    def wants(self, entry: AuditEntry) -> bool:
        """Whether an entry is one of those sought, time apart."""
        return (
            self.actor in (None, entry.actor)
            and self.via in (None, entry.via)
            and self.type_ in (None, entry.type, entry.kind)
            and (self.until is None or entry.at < self.until)
        )


def search_history(
    tenant: str, sought: Sought, *, limit: int, cursor: str | None = None
) -> Slice[AuditEntry]:
    """Up to ``limit`` entries behind ``cursor``. Raises Malformed for a foreign cursor.

    The indexes follow a write within a moment; a run's own entries are there at once.
    """
    source = source_of(tenant, actor=sought.actor, subject=sought.subject)
    before = place_in(cursor) or sought.until
    narrowed = sought.via is not None or sought.type_ is not None or bool(sought.subject)
    found: list[AuditEntry] = []
    read = characters = 0
    while read < MOST_READ:
        # One entry beyond the page tells whether there is a next one.
        page, more = source.page(before, _CHUNK if narrowed else min(_CHUNK, limit + 1))
        for entry in page:
            if sought.since is not None and entry.at < sought.since:
                return Slice(found, None)
            before = entry.place
            if not sought.wants(entry):
                continue
            characters += entry.size
            if len(found) == limit or (found and characters > MOST_CHARACTERS):
                return Slice(found, cursor_at(found[-1].place))
            found.append(entry)
        if not more:
            return Slice(found, None)
        read += len(page)
    return Slice(found, cursor_at(before))
