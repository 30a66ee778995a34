"""POST /api/v1/admin/webhooks/{webhookId}/rotate"""

from signoff.contracts.admin.face import ADMIN
from signoff.contracts.admin.models_webhooks import (
    CreatedWebhook,
    RotateSecretRequest,
    created_webhook,
)
from signoff.entrypoints.endpoint import endpoint
from signoff.entrypoints.request import Request
from signoff.webhooks.changes import rotate_secret


def rotate_webhook(request: Request[RotateSecretRequest]) -> CreatedWebhook:
    """Give a webhook a new secret, shown here and nowhere else.

    Until the overlap is over each delivery carries a signature by either secret; one that an
    earlier rotation left behind ends.
    """
    overlap, webhook_id = request.body.overlap_seconds, request.path["webhookId"]
    return created_webhook(*rotate_secret(request.caller, webhook_id, overlap_seconds=overlap))


handler = endpoint(
    ADMIN, "POST /api/v1/admin/webhooks/{webhookId}/rotate", rotate_webhook,
    scope="admin:webhooks", uuids=("webhookId",), body=RotateSecretRequest, refusals=(404,),
    shown_once=("secret",),
)  # fmt: skip
