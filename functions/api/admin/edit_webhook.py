"""PATCH /api/v1/admin/webhooks/{webhookId}"""

from signoff.contracts.admin.face import ADMIN
from signoff.contracts.admin.models_webhooks import EditWebhookRequest, Webhook, shown_webhook
from signoff.entrypoints.endpoint import endpoint
from signoff.entrypoints.request import Request
from signoff.webhooks import changes


def edit_webhook(request: Request[EditWebhookRequest]) -> Webhook:
    """Change a webhook's address, types, filters, format or description.

    What is not named stays. What is on its way goes to the new address, in the format it began
    with.
    """
    edit = request.body.as_edit()
    return shown_webhook(changes.edit_webhook(request.caller, request.path["webhookId"], edit))


handler = endpoint(
    ADMIN, "PATCH /api/v1/admin/webhooks/{webhookId}", edit_webhook, scope="admin:webhooks",
    uuids=("webhookId",), body=EditWebhookRequest, refusals=(404,),
)  # fmt: skip
