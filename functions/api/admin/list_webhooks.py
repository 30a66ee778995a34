"""GET /api/v1/admin/webhooks"""

from signoff.contracts.admin.face import ADMIN
from signoff.contracts.admin.models_webhooks import Webhook, shown_webhook
from signoff.entrypoints.endpoint import endpoint
from signoff.entrypoints.request import Request
from signoff.pagination import Slice
from signoff.webhooks import read


def list_webhooks(request: Request[None]) -> Slice[Webhook]:
    """List the tenant's webhooks, newest first, disabled ones too; secrets are never shown."""
    page = request.page
    found = read.list_webhooks(request.tenant, limit=page.limit, cursor=page.cursor)
    return found.map(shown_webhook)


handler = endpoint(
    ADMIN, "GET /api/v1/admin/webhooks", list_webhooks, scope="admin:webhooks:read", paged=True
)
