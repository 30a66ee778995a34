"""POST /api/v1/admin/keys"""

from signoff.contracts.admin.face import ADMIN
from signoff.contracts.admin.models_keys import CreatedKey, CreateKeyRequest, created_key
from signoff.entrypoints.endpoint import endpoint
from signoff.entrypoints.request import Request
from signoff.identity import keys


def create_key(request: Request[CreateKeyRequest]) -> CreatedKey:
    """Create an API key; its secret is in this answer and nowhere else."""
    sent, by = request.body, request.caller
    key, secret = keys.create_key(
        request.tenant, sent.name, sent.scopes,
        expires_at=sent.expires_at, allowed=sent.ip_allow_list, by=by,
    )  # fmt: skip
    return created_key(key, secret)


handler = endpoint(
    ADMIN, "POST /api/v1/admin/keys", create_key, scope="admin:keys", body=CreateKeyRequest,
    status=201, shown_once=("secret",),
)  # fmt: skip
