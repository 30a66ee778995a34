"""Lists of runs, read from the indexes that the run's item keeps by itself."""

from signoff.pagination import Slice
from signoff.runs.model import STATUSES, Run, submitter_partition, tenant_partition
from signoff.storage.merge import merged
from signoff.storage.store import BY_SUBMITTER, BY_TENANT


def runs_of_submitter(tenant: str, actor_id: str, *, limit: int, cursor: str | None) -> Slice[Run]:
    """The runs that ``actor_id`` started, last changed first."""
    partitions = [submitter_partition(tenant, actor_id)]
    slice_ = merged(partitions, limit=limit, cursor=cursor, index=BY_SUBMITTER, newest_first=True)
    return slice_.map(Run.from_item)


def runs_of_tenant(
    tenant: str, *, limit: int, cursor: str | None, status: str | None = None
) -> Slice[Run]:
    """The tenant's runs, last started first; one query per status asked for."""
    wanted = [status] if status else STATUSES
    partitions = [tenant_partition(tenant, each) for each in wanted]
    slice_ = merged(partitions, limit=limit, cursor=cursor, index=BY_TENANT, newest_first=True)
    return slice_.map(Run.from_item)
