"""GET /api/v1/admin/webhooks/{webhookId}"""

from signoff.contracts.admin.face import ADMIN
from signoff.contracts.admin.models_webhooks import Webhook, shown_webhook
from signoff.entrypoints.endpoint import endpoint
from signoff.entrypoints.request import Request
from signoff.webhooks.read import find_webhook


def get_webhook(request: Request[None]) -> Webhook:
    """Read a webhook: what it is sent, and whether it answers."""
    return shown_webhook(find_webhook(request.tenant, request.path["webhookId"]))


handler = endpoint(
    ADMIN, "GET /api/v1/admin/webhooks/{webhookId}", get_webhook, scope="admin:webhooks:read",
    uuids=("webhookId",), refusals=(404,),
)  # fmt: skip
