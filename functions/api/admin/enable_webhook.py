"""POST /api/v1/admin/webhooks/{webhookId}/enable"""

from signoff.contracts.admin.face import ADMIN
from signoff.contracts.admin.models_webhooks import Webhook, shown_webhook
from signoff.entrypoints.endpoint import endpoint
from signoff.entrypoints.request import Request
from signoff.webhooks import changes


def enable_webhook(request: Request[None]) -> Webhook:
    """Switch a webhook on, or let one that is failing begin anew; what was kept for it is sent.

    Repeating it changes nothing.
    """
    return shown_webhook(changes.enable_webhook(request.caller, request.path["webhookId"]))


handler = endpoint(
    ADMIN, "POST /api/v1/admin/webhooks/{webhookId}/enable", enable_webhook,
    scope="admin:webhooks", uuids=("webhookId",), refusals=(404,),
)  # fmt: skip
