"""A person's access token: a JWT of the user pool, believed after its signature and no earlier.

The library is imported with the first token, so that programs with API keys do not pay for it.
"""

import re
import time

from signoff.errors import Unauthenticated
from signoff.identity import pool
from signoff.identity.jwks import KEYS

ALGORITHM = "RS256"  # the only one that Cognito signs with, so a token cannot choose
BAD_TOKEN = "The access token is not valid"  # noqa: S105 - a sentence
EXPIRED = "The access token has expired"

_MAX_LENGTH = 8_192  # API Gateway takes 10,240 bytes of headers
_SHAPE = re.compile(r"[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+")
_SKEW_SECONDS = 60  # a token may be this much younger than our clock says
_REQUIRED = ["exp", "iat", "iss", "sub", "token_use", "client_id"]


def is_token(text: str) -> bool:
    """Whether ``text`` can be a signed JWT at all."""
    return len(text) <= _MAX_LENGTH and _SHAPE.fullmatch(text) is not None


def verify(token: str) -> str:
    """The subject of an access token that our pool signed for our client and that has not expired.

    Raises Unauthenticated, and Unavailable where the pool's keys cannot be had. The rules are those
    of the Amazon Cognito Developer Guide, "Verifying JSON web tokens", and of RFC 8725.
    """
    issuer, client = pool.issuer(), pool.client_id()
    if issuer is None or client is None:
        raise Unauthenticated(BAD_TOKEN)
    import jwt

    try:
        header = jwt.get_unverified_header(token)
        key_id = header.get("kid")
        if header.get("alg") != ALGORITHM or not isinstance(key_id, str):
            raise Unauthenticated(BAD_TOKEN)
        key = KEYS.find(key_id)
        if key is None:
            raise Unauthenticated(BAD_TOKEN)
        claims = jwt.decode(
            token,
            key,
            algorithms=[ALGORITHM],
            issuer=issuer,
            # Cognito's access tokens name their audience in client_id, and may have none in aud.
            options={"require": _REQUIRED, "verify_aud": False, "verify_iat": False},
        )
    except jwt.ExpiredSignatureError as error:
        raise Unauthenticated(EXPIRED) from error
    except (jwt.PyJWTError, ValueError, TypeError, RecursionError) as error:
        raise Unauthenticated(BAD_TOKEN) from error
    issued, subject = claims["iat"], claims["sub"]
    if (
        claims["token_use"] != "access"  # noqa: S105 - what kind of token it is
        or claims["client_id"] != client
        or not isinstance(issued, int | float)
        or issued > time.time() + _SKEW_SECONDS
        or not isinstance(subject, str)
        or not subject
    ):
        raise Unauthenticated(BAD_TOKEN)
    return subject
