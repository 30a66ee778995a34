"""GET /api/v1/admin/webhooks/{webhookId}/deliveries"""

from typing import cast

from signoff.contracts.admin.face import ADMIN
from signoff.contracts.admin.models_deliveries import STATUSES, DeliverySummary, summary
from signoff.entrypoints.endpoint import endpoint
from signoff.entrypoints.filters import Moment
from signoff.entrypoints.request import Request
from signoff.pagination import Slice
from signoff.webhooks import deliveries
from signoff.webhooks.delivery import DeliveryStatus


def list_deliveries(request: Request[None]) -> Slice[DeliverySummary]:
    """List a webhook's deliveries, the newest event first, by status and by the events' time."""
    page, filters = request.page, request.filters
    found = deliveries.list_deliveries(
        request.tenant, request.path["webhookId"], limit=page.limit, cursor=page.cursor,
        status=cast("DeliveryStatus | None", filters.get("status")),
        since=filters.get("since"), until=filters.get("until"),
    )  # fmt: skip
    return found.map(summary)


handler = endpoint(
    ADMIN, "GET /api/v1/admin/webhooks/{webhookId}/deliveries", list_deliveries,
    scope="admin:webhooks:read", uuids=("webhookId",), refusals=(404,), paged=True,
    filters={"status": STATUSES, "since": Moment(), "until": Moment()},
)  # fmt: skip
