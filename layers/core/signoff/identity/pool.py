"""The stack's user pool (Amazon Cognito): its addresses, as the environment says them.

``AWS_ENDPOINT_URL`` is where a local stack answers in AWS's place; the names within are the same.
"""

import os

# Connecting and reading, in seconds: an answer of the pool is small and near.
CONNECT_SECONDS = 1.0
READ_SECONDS = 3.0
SIGN_IN_SECONDS = 10.0  # a token is made, and a code may not be tried twice


def issuer() -> str | None:
    """Who its tokens say they come from; None for a stack without a pool."""
    return os.environ.get("USER_POOL_ISSUER") or None


def client_id() -> str | None:
    """The id of the public client that people sign in through."""
    return os.environ.get("USER_POOL_CLIENT_ID") or None


def keys_url() -> str:
    """Where the public keys of its tokens are.

    (Amazon Cognito Developer Guide, "Verifying JSON web tokens")
    """
    named = str(issuer())
    local = os.environ.get("AWS_ENDPOINT_URL")
    base = f"{local.rstrip('/')}/{named.rpartition('/')[2]}" if local else named
    return f"{base}/.well-known/jwks.json"


def pool_id() -> str:
    """The pool's id, the last part of its issuer. Raises LookupError for a stack without a pool."""
    named = issuer()
    if named is None:
        raise LookupError("USER_POOL_ISSUER is not set")
    return named.rpartition("/")[2]


def sign_in_url() -> str:
    """Where its sign-in page and its OAuth endpoints are: a domain of its own."""
    local = os.environ.get("AWS_ENDPOINT_URL")
    return (local or os.environ["USER_POOL_DOMAIN_URL"]).rstrip("/")
