"""The indexes by which history is searched: by time, by actor, by subject (docs/adr/0009).

Attributes that an entry of the history table carries from its birth, like everything else in it.
They hold keys only: an index entry names the item, and a search reads what it shows.
"""

import zlib

from signoff.storage.table import Index
from signoff.storage.values import Item

BY_TIME = Index("trail-by-time", "trailShard", "trailAt")
BY_ACTOR = Index("trail-by-actor", "trailActor", "trailAt")
BY_SUBJECT = Index("trail-by-subject", "trailSubject", "trailAt")

# One partition of an index takes 1,000 writes a second, and a full one would hold back the table
# itself (Amazon DynamoDB Developer Guide, "Throttling in global secondary indexes").
SHARDS = 4


def trail(
    tenant: str,
    at: str,
    entry: str,
    *,
    actor: str | None,
    subject: str | None = None,
) -> Item:
    """The index attributes of an entry of ``tenant`` written ``at`` a moment.

    ``entry`` tells entries of one moment apart, and puts them in order; it is ASCII. ``actor`` and
    ``subject`` are None where there is nobody, or where the subject has a partition of its own.
    """
    shard = zlib.crc32(entry.partition("#")[0].encode()) % SHARDS
    keys = {"trailAt": place(at, entry), "trailShard": shard_partition(tenant, shard)}
    if actor:
        keys["trailActor"] = actor_partition(tenant, actor)
    if subject:
        keys["trailSubject"] = subject_partition(tenant, subject)
    return keys


def place(at: str, entry: str) -> str:
    """Where an entry stands in every list of the trail: by its time, then by its name."""
    return f"{at}#{entry}"


def shard_partition(tenant: str, shard: int) -> str:
    """One of the partitions that together hold every entry of a tenant."""
    return f"T#{tenant}#A#{shard}"


def shard_partitions(tenant: str) -> list[str]:
    """All of them."""
    return [shard_partition(tenant, shard) for shard in range(SHARDS)]


def actor_partition(tenant: str, actor: str) -> str:
    """The partition of what somebody did."""
    return f"T#{tenant}#A#{actor}"


def subject_partition(tenant: str, subject: str) -> str:
    """The partition of what was done to a thing that has no history of its own."""
    return f"T#{tenant}#S#{subject}"
