"""The two tables: ``state`` holds what changes, ``history`` what has happened."""

import os
from functools import lru_cache

from signoff.storage.table import Index, Table

BY_SUBMITTER = Index("by-submitter", "bySubmitter", "bySubmitterAt")
BY_TENANT = Index("by-tenant", "byTenant", "byTenantAt")
TASKS_BY_TENANT = Index("tasks-by-tenant", "taskList", "taskAt")
TASKS_BY_OWNER = Index("tasks-by-owner", "taskOwner", "taskAt")
RUNS_BY_DEFINITION = Index("runs-by-definition", "byDefinition", "byTenantAt")
DELIVERIES_BY_STATUS = Index("deliveries-by-status", "deliveryList", "deliveryAt")
NUDGES = Index("nudges", "nudgeShard", "nudgeAt")
NUDGE_SHARDS = 4  # index partitions, so that none has to take all writes


@lru_cache(maxsize=1)
def state() -> Table:
    """The table of everything that changes."""
    return Table(os.environ["STATE_TABLE"])


@lru_cache(maxsize=1)
def history() -> Table:
    """The append-only table whose stream is the outbox."""
    return Table(os.environ["HISTORY_TABLE"])
