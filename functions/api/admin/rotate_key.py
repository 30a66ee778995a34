"""POST /api/v1/admin/keys/{keyId}/rotate"""

from signoff.contracts.admin.face import ADMIN
from signoff.contracts.admin.models_keys import CreatedKey, RotateKeyRequest, created_key
from signoff.entrypoints.endpoint import endpoint
from signoff.entrypoints.request import Request
from signoff.identity import key_changes


def rotate_key(request: Request[RotateKeyRequest]) -> CreatedKey:
    """Give an API key a new secret, shown here and nowhere else.

    The secret before stays good for the overlap; one that an earlier rotation left behind ends.
    """
    overlap, by = request.body.overlap_seconds, request.caller
    key_id = request.path["keyId"]
    rotated = key_changes.rotate_key(request.tenant, key_id, overlap_seconds=overlap, by=by)
    return created_key(*rotated)


handler = endpoint(
    ADMIN, "POST /api/v1/admin/keys/{keyId}/rotate", rotate_key, scope="admin:keys",
    uuids=("keyId",), body=RotateKeyRequest, refusals=(404,), shown_once=("secret",),
)  # fmt: skip
