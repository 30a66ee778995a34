"""From an ``Authorization`` header to a principal: an API key's, or a person's own.

What a container remembers is kept under the key's hash or the token's subject, so one caller never
serves another; addresses, ends and signatures are checked on every request all the same.
"""

import logging

from signoff.errors import Forbidden, Unauthenticated, WrongTenant
from signoff.identity import jwks, known_keys, people
from signoff.identity.keys import is_wellformed
from signoff.identity.known_keys import BAD_CREDENTIALS, good_key
from signoff.identity.people import principal_of
from signoff.identity.principal import Principal
from signoff.identity.scopes import expand
from signoff.identity.tokens import is_token, verify

_log = logging.getLogger(__name__)


def authenticate(
    authorization: str | None, tenant_header: str | None, source_ip: str | None
) -> Principal:
    """Whose key or access token is in ``Authorization: Bearer <key or token>``.

    ``tenant_header`` is ``X-Tenant-Id``: not needed, since the credential knows its tenant, but
    when it is sent it must be that tenant's slug. ``source_ip`` must be one that the key allows;
    it is logged with every refusal, and nothing of the credential is. Raises Unauthenticated
    (KeyRevoked, KeyExpired), AddressNotAllowed, WrongTenant, and Unavailable where a token cannot
    be verified at the moment.
    """
    try:
        principal = _principal(authorization, source_ip)
        if tenant_header is not None and tenant_header.strip() != principal.tenant:
            whose = "key" if principal.user is None else "user"
            raise WrongTenant(f"X-Tenant-Id is not the tenant of this {whose}", field="X-Tenant-Id")
    except (Unauthenticated, Forbidden) as refusal:
        _log.warning("refused %s: %s", source_ip, refusal.message)
        raise
    return principal


def forget_all() -> None:
    """Forget everybody, and the user pool's keys, as a new container does."""
    known_keys.forget_all()
    people.forget_all()
    jwks.KEYS.forget()


def _principal(authorization: str | None, source_ip: str | None) -> Principal:
    scheme, _, credential = (authorization or "").strip().partition(" ")
    credential = credential.strip()
    if scheme.lower() == "bearer" and is_wellformed(credential):
        key = good_key(credential, source_ip)
        return Principal(key.tenant, expand(key.scopes), key.key_id, key.name)
    if scheme.lower() == "bearer" and is_token(credential):
        return principal_of(verify(credential))
    raise Unauthenticated(BAD_CREDENTIALS)
