"""PATCH /api/v1/admin/keys/{keyId}"""

from signoff.contracts.admin.face import ADMIN
from signoff.contracts.admin.models_keys import EditKeyRequest, Key, shown_key
from signoff.entrypoints.endpoint import endpoint
from signoff.entrypoints.request import Request
from signoff.identity import key_changes


def edit_key(request: Request[EditKeyRequest]) -> Key:
    """Change an API key's name, scopes, addresses or end; what is not named stays.

    Only who could grant all that the key holds, before and after, may change it. It holds
    everywhere within 60 s.
    """
    edit = request.body.as_edit()
    key_id = request.path["keyId"]
    return shown_key(key_changes.edit_key(request.tenant, key_id, edit, by=request.caller))


handler = endpoint(
    ADMIN, "PATCH /api/v1/admin/keys/{keyId}", edit_key, scope="admin:keys", uuids=("keyId",),
    body=EditKeyRequest, refusals=(404, 409),
)  # fmt: skip
