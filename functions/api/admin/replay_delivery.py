"""POST /api/v1/admin/webhooks/{webhookId}/deliveries/{deliveryId}/replay"""

from signoff.contracts.admin.face import ADMIN
from signoff.contracts.admin.models_deliveries import ReplayedDelivery, replayed_delivery
from signoff.entrypoints.endpoint import endpoint
from signoff.entrypoints.request import Request
from signoff.webhooks import replay


def replay_delivery(request: Request[None]) -> ReplayedDelivery:
    """Send an event again at once, whatever became of it; it keeps its id."""
    path = request.path
    replayed = replay.replay_delivery(request.caller, path["webhookId"], path["deliveryId"])
    return replayed_delivery(*replayed)


handler = endpoint(
    ADMIN, "POST /api/v1/admin/webhooks/{webhookId}/deliveries/{deliveryId}/replay",
    replay_delivery, scope="admin:webhooks", uuids=("webhookId", "deliveryId"), refusals=(404,),
)  # fmt: skip
