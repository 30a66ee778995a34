"""POST /api/v1/admin/webhooks"""

from signoff.contracts.admin.face import ADMIN
from signoff.contracts.admin.models_webhooks import (
    CreatedWebhook,
    CreateWebhookRequest,
    created_webhook,
)
from signoff.entrypoints.endpoint import endpoint
from signoff.entrypoints.request import Request
from signoff.webhooks import subscriptions


def create_webhook(request: Request[CreateWebhookRequest]) -> CreatedWebhook:
    """Have events sent to an address; the secret that signs them is in this answer alone."""
    wanted = request.body.as_wanted()
    return created_webhook(*subscriptions.create_webhook(request.caller, wanted))


handler = endpoint(
    ADMIN, "POST /api/v1/admin/webhooks", create_webhook, scope="admin:webhooks",
    body=CreateWebhookRequest, status=201, refusals=(409,), shown_once=("secret",),
)  # fmt: skip
