"""GET /api/v1/admin/keys"""

from signoff.contracts.admin.face import ADMIN
from signoff.contracts.admin.models_keys import Key, shown_key
from signoff.entrypoints.endpoint import endpoint
from signoff.entrypoints.request import Request
from signoff.identity import keys
from signoff.pagination import Slice


def list_keys(request: Request[None]) -> Slice[Key]:
    """List the tenant's API keys, newest first, revoked ones too; secrets are never shown."""
    page = request.page
    return keys.list_keys(request.tenant, limit=page.limit, cursor=page.cursor).map(shown_key)


handler = endpoint(ADMIN, "GET /api/v1/admin/keys", list_keys, scope="admin:keys:read", paged=True)
