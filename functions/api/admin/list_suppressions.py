"""GET /api/v1/admin/suppressions"""

from signoff.contracts.admin.face import ADMIN
from signoff.contracts.admin.models_notifications import ShownSuppression, shown_suppression
from signoff.entrypoints.endpoint import endpoint
from signoff.entrypoints.request import Request
from signoff.notifications import suppressions
from signoff.pagination import Slice


def list_suppressions(request: Request[None]) -> Slice[ShownSuppression]:
    """List the addresses that get no mail, because it came back or somebody complained."""
    page = request.page
    found = suppressions.list_suppressions(request.tenant, limit=page.limit, cursor=page.cursor)
    return found.map(shown_suppression)


handler = endpoint(
    ADMIN, "GET /api/v1/admin/suppressions", list_suppressions, scope="admin:settings:read",
    paged=True,
)  # fmt: skip
