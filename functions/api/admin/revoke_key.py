"""DELETE /api/v1/admin/keys/{keyId}"""

from signoff.contracts.admin.face import ADMIN
from signoff.contracts.admin.models_keys import Key, shown_key
from signoff.entrypoints.endpoint import endpoint
from signoff.entrypoints.request import Request
from signoff.identity import key_changes


def revoke_key(request: Request[None]) -> Key:
    """Revoke an API key for good; repeating it changes nothing."""
    revoked = key_changes.revoke_key(request.tenant, request.path["keyId"], by=request.caller)
    return shown_key(revoked)


handler = endpoint(
    ADMIN, "DELETE /api/v1/admin/keys/{keyId}", revoke_key, scope="admin:keys", uuids=("keyId",),
    refusals=(404,),
)  # fmt: skip
