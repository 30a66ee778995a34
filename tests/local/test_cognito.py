"""mends/cognito_refresh.py: a refresh token is good once."""

import json
import urllib.error
import urllib.parse
import urllib.request
from typing import Any

from tests.local.harness import BOUND, Stack


def refresh(stack: Stack, client_id: str, token: str) -> tuple[int, dict[str, Any]]:
    """Status and answer of the pool's token endpoint."""
    form = {"grant_type": "refresh_token", "client_id": client_id, "refresh_token": token}
    request = urllib.request.Request(
        f"http://127.0.0.1:{stack.port}/oauth2/token", urllib.parse.urlencode(form).encode()
    )
    try:
        with urllib.request.urlopen(request, timeout=BOUND) as answer:
            return answer.status, json.loads(answer.read())
    except urllib.error.HTTPError as error:
        return error.code, json.loads(error.read())


def test_a_refresh_token_is_good_once(stack: Stack) -> None:
    pools = stack.client("cognito-idp")
    pool = pools.create_user_pool(PoolName="rotation")["UserPool"]["Id"]
    client = pools.create_user_pool_client(
        UserPoolId=pool, ClientName="c", ExplicitAuthFlows=["ALLOW_USER_PASSWORD_AUTH"]
    )["UserPoolClient"]["ClientId"]
    pools.admin_create_user(UserPoolId=pool, Username="ann", MessageAction="SUPPRESS")
    pools.admin_set_user_password(
        UserPoolId=pool, Username="ann", Password="Correct-horse-7", Permanent=True
    )
    first = pools.initiate_auth(
        ClientId=client,
        AuthFlow="USER_PASSWORD_AUTH",
        AuthParameters={"USERNAME": "ann", "PASSWORD": "Correct-horse-7"},
    )["AuthenticationResult"]["RefreshToken"]

    status, answer = refresh(stack, client, first)
    assert status == 200
    assert ("refresh_token" in answer) is stack.mended
    again, refused = refresh(stack, client, first)
    assert (again == 400) is stack.mended
    if stack.mended:
        assert refused["error"] == "invalid_grant"
        assert refresh(stack, client, answer["refresh_token"])[0] == 200
