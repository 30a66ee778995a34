"""The user pool's own record of a person: can they sign in, under which name, in which groups.

Nothing here gives a right: those come from the directory, by the subject. Every call may be
repeated. Names and calls are those of the Amazon Cognito user pools API.
"""

import hashlib
import unicodedata
from contextlib import suppress
from typing import Any

from signoff.directory.user import User
from signoff.identity.pool import pool_id
from signoff.storage.clients import client

_LONGEST = 128  # of a user's and a group's name
_GROUPS_A_PAGE = 60
_PAGES = 4  # a person has at most 51 groups


def pool_name(tenant: str, name: str) -> str:
    """What a user or a group of a tenant is called in the pool, which all tenants share.

    ``<tenant>/<name>`` where the pool takes it: up to 128 letters, marks, digits, symbols and
    punctuation. Otherwise ``<tenant>//<hash>``, which no id can be, since ids have no slash.
    """
    plain = f"{tenant}/{name}"
    if len(plain) <= _LONGEST and all(unicodedata.category(each)[0] in "LMNPS" for each in plain):
        return plain
    return f"{tenant}//{hashlib.sha256(name.encode()).hexdigest()[:40]}"


def ensure_user(user: User) -> tuple[str, bool]:
    """Make the pool's user, or bring the existing one's name and e-mail in line.

    Answers the subject and whether the user is enabled. Who has an e-mail address gets an
    invitation with a first password from the pool; for others an administrator sets one.
    """
    pool = client("cognito-idp")
    name = pool_name(user.tenant, user.user_id)
    attributes = [{"Name": "name", "Value": user.name}]
    if user.email:
        attributes.append({"Name": "email", "Value": user.email})
        # Vouched for by the administrator who entered it.
        attributes.append({"Name": "email_verified", "Value": "true"})
    inviting: dict[str, Any] = (
        {"DesiredDeliveryMediums": ["EMAIL"]} if user.email else {"MessageAction": "SUPPRESS"}
    )
    try:
        made = pool.admin_create_user(
            UserPoolId=pool_id(), Username=name, UserAttributes=attributes, **inviting
        )["User"]
        return _subject(made["Attributes"]), bool(made.get("Enabled", True))
    except pool.exceptions.UsernameExistsException:
        pass
    if not user.email:
        attributes.append({"Name": "email", "Value": ""})  # a blank value removes it
    pool.admin_update_user_attributes(
        UserPoolId=pool_id(), Username=name, UserAttributes=attributes
    )
    found = pool.admin_get_user(UserPoolId=pool_id(), Username=name)
    return _subject(found["UserAttributes"]), bool(found["Enabled"])


def set_enabled(user: User, enabled: bool) -> None:
    """Let the person sign in, or end every session and let them sign in no more."""
    pool = client("cognito-idp")
    who = {"UserPoolId": pool_id(), "Username": pool_name(user.tenant, user.user_id)}
    if enabled:
        pool.admin_enable_user(**who)
        return
    try:
        pool.admin_disable_user(**who)
        pool.admin_user_global_sign_out(**who)
    except pool.exceptions.UserNotFoundException:
        return  # removed before they ever got there


def set_groups(user: User, groups: tuple[str, ...]) -> None:
    """Put the person into the pool's groups of these names, and take them out of all others."""
    pool = client("cognito-idp")
    who = {"UserPoolId": pool_id(), "Username": pool_name(user.tenant, user.user_id)}
    wanted = {pool_name(user.tenant, group): group for group in groups}
    held = _groups(who)
    for name in sorted(wanted.keys() - held):
        with suppress(pool.exceptions.GroupExistsException):
            pool.create_group(
                UserPoolId=pool_id(), GroupName=name, Description=f"{wanted[name]} of {user.tenant}"
            )
        pool.admin_add_user_to_group(**who, GroupName=name)
    for name in sorted(held - wanted.keys()):
        pool.admin_remove_user_from_group(**who, GroupName=name)


def _groups(who: dict[str, str]) -> set[str]:
    held: set[str] = set()
    page: dict[str, str] = {}
    for _ in range(_PAGES):
        answer = client("cognito-idp").admin_list_groups_for_user(
            **who, Limit=_GROUPS_A_PAGE, **page
        )
        held |= {str(each["GroupName"]) for each in answer["Groups"]}
        if not answer.get("NextToken"):
            break
        page = {"NextToken": answer["NextToken"]}
    return held


def _subject(attributes: list[dict[str, str]]) -> str:
    return next(each["Value"] for each in attributes if each["Name"] == "sub")
