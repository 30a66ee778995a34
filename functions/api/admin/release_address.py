"""DELETE /api/v1/admin/suppressions/{addressId}"""

from signoff.contracts.admin.face import ADMIN
from signoff.contracts.admin.models_notifications import ShownSuppression, shown_suppression
from signoff.entrypoints.endpoint import endpoint
from signoff.entrypoints.request import Request
from signoff.notifications.suppressions import release


def release_address(request: Request[None]) -> ShownSuppression:
    """Send mail to the address again; answers why it got none."""
    return shown_suppression(release(request.caller, request.path["addressId"]))


handler = endpoint(
    ADMIN, "DELETE /api/v1/admin/suppressions/{addressId}", release_address,
    scope="admin:settings", uuids=("addressId",), refusals=(404,),
)  # fmt: skip
