"""GET /api/v1/admin/webhooks/{webhookId}/deliveries/{deliveryId}"""

from signoff.contracts.admin.face import ADMIN
from signoff.contracts.admin.models_deliveries import ShownDelivery, shown_delivery
from signoff.entrypoints.endpoint import endpoint
from signoff.entrypoints.request import Request
from signoff.webhooks.deliveries import find_delivery


def get_delivery(request: Request[None]) -> ShownDelivery:
    """Read a delivery with every attempt: when, how it was answered, how long that took."""
    path = request.path
    return shown_delivery(find_delivery(request.tenant, path["webhookId"], path["deliveryId"]))


handler = endpoint(
    ADMIN, "GET /api/v1/admin/webhooks/{webhookId}/deliveries/{deliveryId}", get_delivery,
    scope="admin:webhooks:read", uuids=("webhookId", "deliveryId"), refusals=(404,),
)  # fmt: skip
