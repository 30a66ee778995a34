"""GET /api/v1/workflows/instances/{instanceId}/events"""

from signoff.contracts.approvals.face import APPROVALS
from signoff.contracts.approvals.following import followed
from signoff.contracts.approvals.ids import run_of
from signoff.contracts.approvals.models_events import InstanceEvent, InstanceStanding
from signoff.entrypoints.endpoint import endpoint
from signoff.entrypoints.request import Request
from signoff.pagination import Feed
from signoff.runs.follow import follow


def follow_instance(request: Request[None]) -> Feed[InstanceEvent, InstanceStanding]:
    """Get what has happened to an instance, oldest first, or wait for what does next.

    `nextCursor` is always there: it leads on from the last event that was shown, also where there
    is none behind it yet. With `Prefer: wait=N` such a request waits for the next one; it answers
    an empty list when N seconds pass first. `meta.instance.ended` says when to stop.
    """
    page, run = request.page, run_of(request.path["instanceId"])
    found = follow(request.tenant, run, cursor=page.cursor, limit=page.limit, seconds=request.wait)
    return followed(found)


handler = endpoint(
    APPROVALS, "GET /api/v1/workflows/instances/{instanceId}/events", follow_instance,
    scope="workflows:read", or_scopes=("admin:runs:read",), paged=True, waits=True,
    refusals=(404,),
)  # fmt: skip
