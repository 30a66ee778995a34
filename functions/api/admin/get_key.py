"""GET /api/v1/admin/keys/{keyId}"""

from signoff.contracts.admin.face import ADMIN
from signoff.contracts.admin.models_keys import Key, shown_key
from signoff.entrypoints.endpoint import endpoint
from signoff.entrypoints.request import Request
from signoff.identity import keys


def get_key(request: Request[None]) -> Key:
    """Read an API key: what it may do, from where, and when it was used last."""
    return shown_key(keys.find_key(request.tenant, request.path["keyId"]))


handler = endpoint(
    ADMIN, "GET /api/v1/admin/keys/{keyId}", get_key, scope="admin:keys:read", uuids=("keyId",),
    refusals=(404,),
)  # fmt: skip
