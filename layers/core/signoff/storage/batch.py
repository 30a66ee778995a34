"""Items of several tables in one call."""

from collections.abc import Mapping, Sequence

from signoff.storage.table import BATCH_GET_LIMIT, Key, Table, batch_get
from signoff.storage.values import Item


def get_across(wanted: Mapping[Table, Sequence[Key]]) -> dict[Key, Item]:
    """The items under the keys, at most 100 together, that exist; as ``table.batch_get``."""
    if sum(len(keys) for keys in wanted.values()) > BATCH_GET_LIMIT:
        raise ValueError(f"at most {BATCH_GET_LIMIT} keys in one call")
    return batch_get({table.name: keys for table, keys in wanted.items()})
