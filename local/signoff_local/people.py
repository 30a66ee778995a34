"""The people of a fresh local stack: put into the directory, and given passwords."""

from __future__ import annotations

import secrets
import time
from typing import Any

from botocore.exceptions import ClientError

from signoff.cli.api import Api
from signoff.cli.failures import Failure, Missing
from signoff.directory.user import user_key
from signoff.identity.pool_users import pool_name
from signoff_local import mail
from signoff_local.clients import client
from signoff_local.process import Say, StackError

DEPARTMENT = ("finance", {"name": "Finance", "headId": "erin"})

PEOPLE: dict[str, dict[str, Any]] = {
    "alice": {"name": "Alice Moreau", "groups": ["initiators"], "roles": ["approver"]},
    "bob": {"name": "Bob Marsh", "groups": ["legal-reviewers"], "roles": ["approver"]},
    "carol": {
        "name": "Carol Diaz",
        "groups": ["initiators", "legal-reviewers"],
        "roles": ["approver"],
    },
    "erin": {"name": "Erin Vogt", "groups": ["finance"], "roles": ["approver"]},
    "dora": {
        "name": "Dora Lind",
        "groups": ["finance"],
        "roles": ["approver", "finance-manager"],
        "managerId": "erin",
        "department": "finance",
    },
    "adam": {"name": "Adam Okafor", "groups": [], "roles": ["admin"]},
    "dana": {"name": "Dana Petrov", "groups": [], "roles": ["designer"]},
    "otto": {"name": "Otto Lang", "groups": [], "roles": ["auditor"]},
}
"""What the directory says of each. A manager stands before whom they manage."""

BOUND_SECONDS = 90.0
"""How long the worker that makes the pool's users may take for all of them."""

_PAUSE = 0.1


def make_people(
    port: int,
    tenant: str,
    api: Api,
    outputs: dict[str, str],
    known: list[dict[str, Any]],
    say: Say = lambda _: None,
) -> list[dict[str, Any]]:
    """The users as stack.json has them: `id`, `groups`, `roles`, and a password that signs in.

    `known` is what an earlier call answered: who can sign in with that password keeps it. The
    others are put into the directory where they are not in it yet, and get a password once the
    stack's own worker has made their user of the pool. Raises StackError.
    """
    passwords = {user["id"]: str(user["password"]) for user in known}
    missing = [
        name
        for name in PEOPLE
        if name not in passwords
        or not signs_in(port, outputs, pool_name(tenant, name), passwords[name])
    ]
    if missing:
        say(f"putting {', '.join(missing)} into the directory")
        _fill_directory(api)
        until = time.monotonic() + BOUND_SECONDS
        for name in missing:
            _wait_for_pool(port, outputs, tenant, name, until)
            passwords[name] = passwords.get(name) or secrets.token_urlsafe(12)
            client("cognito-idp", port).admin_set_user_password(
                UserPoolId=outputs["UserPoolId"],
                Username=pool_name(tenant, name),
                Password=passwords[name],
                Permanent=True,
            )
    return [
        {
            "id": name,
            "groups": person["groups"],
            "roles": person["roles"],
            "password": passwords[name],
        }
        for name, person in PEOPLE.items()
    ]


def signs_in(port: int, outputs: dict[str, str], username: str, password: str) -> bool:
    """Whether the pool gives this user tokens for this password."""
    try:
        answer = client("cognito-idp", port).initiate_auth(
            ClientId=outputs["UserPoolClientId"],
            AuthFlow="USER_PASSWORD_AUTH",
            AuthParameters={"USERNAME": username, "PASSWORD": password},
        )
    except ClientError:
        return False
    return "AuthenticationResult" in answer


def _fill_directory(api: Api) -> None:
    try:
        for name, person in PEOPLE.items():
            if person.get("department") == DEPARTMENT[0]:
                api.put("departments", DEPARTMENT[0], body=DEPARTMENT[1])
            try:
                api.get("users", name)
            except Missing:
                api.post("users", body={"id": name, "email": f"{name}@{mail.DOMAIN}", **person})
    except Failure as failure:
        raise StackError(f"the directory could not be filled: {failure.message}") from failure


def _wait_for_pool(
    port: int, outputs: dict[str, str], tenant: str, name: str, until: float
) -> None:
    pk, sk = user_key(tenant, name)
    key = {"PK": {"S": pk}, "SK": {"S": sk}}
    while time.monotonic() < until:
        answer = client("dynamodb", port).get_item(
            TableName=outputs["StateTable"], Key=key, ConsistentRead=True
        )
        if answer.get("Item", {}).get("subject", {}).get("S"):
            return
        time.sleep(_PAUSE)
    raise StackError(f"{name} did not become a user of the user pool; `make logs` says more")
