"""Who is in a group, as far as one event tells people: a bounded number of those who are there."""

import logging
from collections.abc import Iterable

from signoff.directory.find import find_users
from signoff.directory.groups import ADMIN_ROLE, ADMINISTRATORS
from signoff.directory.resolve import is_there
from signoff.directory.user import Membership, members_partition
from signoff.storage.store import state

_log = logging.getLogger(__name__)

# One event tells at most so many; a pool of hundreds looks into its worklist.
MAX_TOLD = 200


def members(tenant: str, groups: Iterable[str], at: str) -> dict[str, str]:
    """Those in ``groups`` who are there at ``at``, each with the first group they are found in.

    One query per group (two for administrators, who have the role or the group), and one read of
    the people per hundred. More than ``MAX_TOLD`` are not read.
    """
    found: dict[str, str] = {}
    for group in groups:
        for kind, name in _lists(group):
            page = state().query(members_partition(tenant, kind, name), limit=MAX_TOLD + 1)
            for item in page.items:
                found.setdefault(item["SK"], group)
    if len(found) > MAX_TOLD:
        _log.warning("more are asked than are told", extra={"asked": len(found), "told": MAX_TOLD})
    first = dict(list(found.items())[:MAX_TOLD])
    people = find_users(tenant, first)
    return {
        each: group
        for each, group in first.items()
        if each in people and is_there(people[each], at)
    }


def _lists(group: str) -> list[tuple[Membership, str]]:
    if group == ADMINISTRATORS:
        return [("GROUP", group), ("ROLE", ADMIN_ROLE)]
    return [("GROUP", group)]
