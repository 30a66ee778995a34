"""POST /api/v1/admin/webhooks/{webhookId}/test"""

from signoff.contracts.admin.face import ADMIN
from signoff.contracts.admin.models_webhooks import TestedWebhook, tested_webhook
from signoff.entrypoints.endpoint import endpoint
from signoff.entrypoints.request import Request
from signoff.webhooks.testing import send_test


def test_webhook(request: Request[None]) -> TestedWebhook:
    """Send a webhook an event of its own, whatever its types and filters are.

    It goes the way of every other event; its delivery shows what comes of it.
    """
    return tested_webhook(send_test(request.caller, request.path["webhookId"]))


handler = endpoint(
    ADMIN, "POST /api/v1/admin/webhooks/{webhookId}/test", test_webhook, scope="admin:webhooks",
    uuids=("webhookId",), status=202, refusals=(404, 409),
)  # fmt: skip
