"""POST /api/v1/admin/webhooks/{webhookId}/disable"""

from signoff.contracts.admin.face import ADMIN
from signoff.contracts.admin.models_webhooks import Webhook, shown_webhook
from signoff.entrypoints.endpoint import endpoint
from signoff.entrypoints.request import Request
from signoff.webhooks import changes


def disable_webhook(request: Request[None]) -> Webhook:
    """Send a webhook nothing until it is enabled; repeating it changes nothing.

    What happens meanwhile is kept for it.
    """
    webhook_id = request.path["webhookId"]
    disabled = changes.disable_webhook(request.tenant, webhook_id, "requested", by=request.caller)
    return shown_webhook(disabled)


handler = endpoint(
    ADMIN, "POST /api/v1/admin/webhooks/{webhookId}/disable", disable_webhook,
    scope="admin:webhooks", uuids=("webhookId",), refusals=(404,),
)  # fmt: skip
