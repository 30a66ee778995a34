"""POST /api/v1/admin/webhooks/{webhookId}/replay"""

from signoff.contracts.admin.face import ADMIN
from signoff.contracts.admin.models_deliveries import (
    ReplayedDeliveries,
    ReplaySinceRequest,
    replayed_deliveries,
)
from signoff.entrypoints.endpoint import endpoint
from signoff.entrypoints.request import Request
from signoff.webhooks import replay


def replay_failed(request: Request[ReplaySinceRequest]) -> ReplayedDeliveries:
    """Send again what was given up, of the events since a time, a bounded number at once."""
    since, webhook_id = request.body.moment(), request.path["webhookId"]
    return replayed_deliveries(replay.replay_failed(request.caller, webhook_id, since))


handler = endpoint(
    ADMIN, "POST /api/v1/admin/webhooks/{webhookId}/replay", replay_failed,
    scope="admin:webhooks", uuids=("webhookId",), body=ReplaySinceRequest, refusals=(404,),
)  # fmt: skip
