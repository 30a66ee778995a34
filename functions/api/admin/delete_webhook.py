"""DELETE /api/v1/admin/webhooks/{webhookId}"""

from signoff.contracts.admin.face import ADMIN
from signoff.contracts.admin.models_webhooks import Webhook, shown_webhook
from signoff.entrypoints.endpoint import endpoint
from signoff.entrypoints.request import Request
from signoff.webhooks import subscriptions


def delete_webhook(request: Request[None]) -> Webhook:
    """Delete a webhook for good; what was on its way to it is not sent any more."""
    removed = subscriptions.remove_webhook(request.caller, request.path["webhookId"])
    return shown_webhook(removed)


handler = endpoint(
    ADMIN, "DELETE /api/v1/admin/webhooks/{webhookId}", delete_webhook, scope="admin:webhooks",
    uuids=("webhookId",), refusals=(404,),
)  # fmt: skip
