"""The first tenant and its keys, for whoever may invoke a function with IAM credentials.

That credential is the root of trust: it can read the tables anyway, so it may also add keys to a
tenant that exists, for the day on which the last admin key is lost. It has to say so, with
``add_keys``, so that a repeated bootstrap does not hand out keys by mistake.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from signoff.errors import Conflict
from signoff.identity.keys import ApiKey, check_key, create_key, list_keys
from signoff.identity.scopes import ALL_ADMIN
from signoff.identity.tenants import Tenant, check_slug, create_tenant, find_tenant


@dataclass(frozen=True)
class Wanted:
    """A key that is to be made."""

    name: str
    scopes: tuple[str, ...]


# Everything administrative; and it may act for people, which it could grant itself anyway, so that
# an operator can start runs that only members of a group may start.
ADMIN_KEY = Wanted("Admin", (ALL_ADMIN, "actors:assert"))


@dataclass(frozen=True)
class Bootstrapped:
    """The tenant, whether it is new, and its new keys with their secrets."""

    tenant: Tenant
    created: bool
    keys: tuple[tuple[ApiKey, str], ...]


def bootstrap_tenant(
    slug: str, name: str, wanted: Sequence[Wanted] = (ADMIN_KEY,), *, add_keys: bool = False
) -> Bootstrapped:
    """Make the tenant and its keys.

    A tenant that has no key at all is one whose bootstrap was cut short: it gets them. Raises
    Invalid before anything is written, and Conflict for a tenant with keys unless ``add_keys``.
    """
    check_slug(slug)
    for each in wanted:
        check_key(each.name, each.scopes)
    tenant = find_tenant(slug)
    if tenant and not add_keys and list_keys(slug, limit=1).items:
        raise Conflict(f"Tenant {slug} exists already and has keys", field="tenant")
    created = tenant is None
    if tenant is None:
        tenant = create_tenant(slug, name)
    keys = tuple(create_key(slug, each.name, each.scopes) for each in wanted)
    return Bootstrapped(tenant, created, keys)
