"""From whom a definition asks for to who is asked: roles, managers, heads, and who stands in.

Somebody who is away is replaced by their delegate, and that one by theirs, as far as that goes.
So is somebody who was removed while away. Who is away and has named nobody is asked all the same:
an absence alone takes no voice away. A chain that goes round, that ends with somebody removed or
unknown, or that has more than ten delegates stands for nobody, and is told as left out.

Reads: one query per role, one read per level of a manager, one for all heads of departments; then
one for all people together, and one more for each further round of delegates.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from signoff.directory.department import department_key
from signoff.directory.find import find_user, find_users
from signoff.directory.user import User, members_partition
from signoff.directory.wanted import MAX_LEVELS, ManagerOf, Person, Wanted
from signoff.storage.store import state

MAX_HOPS = 10  # delegates of delegates
MAX_FORMERLY = 50  # people that one person is said to stand in for
# Holders of a role who are read: one more than a step asks (tasks.asks), so that too many are seen.
MAX_HOLDERS = 501


@dataclass(frozen=True)
class LeftOut:
    """Somebody who was meant and is not asked, nor anybody for them. ``reason``: removed, away,
    cycle (of delegates), unknown-delegate, too-many-delegates, four-eyes."""

    user_id: str
    reason: str


@dataclass(frozen=True)
class Resolved:
    """Who is asked, and who is not although a definition means them."""

    people: list[Person]
    left_out: list[LeftOut]


def resolve_people(tenant: str, wanted: Wanted, initiator: str, at: str) -> list[Person]:
    """Those of ``resolve`` who are asked."""
    return resolve(tenant, wanted, initiator, at).people


def resolve(tenant: str, wanted: Wanted, initiator: str, at: str) -> Resolved:
    """Who is to be asked at the moment ``at``, in order, each once.

    Named people need not be in the directory (integrators own their identities): who is not there
    is asked as they are. Two who have one delegate make one person.
    """
    named = dict.fromkeys(
        [
            *wanted.users,
            *(holder for role in wanted.roles for holder in _holders(tenant, role)),
            *_managers(tenant, wanted.managers, initiator),
            *_heads(tenant, wanted.heads_of),
        ]
    )
    chains, why_not = _chains(
        tenant, [each for each in named if each != wanted.without], at, present=wanted.present
    )
    people: dict[str, list[str]] = {}
    for chain in chains:
        if chain[0] in why_not:
            continue
        if chain[-1] == wanted.without:
            why_not[chain[0]] = "four-eyes"
        else:
            people.setdefault(chain[-1], []).extend(chain[:-1])
    if wanted.without in named:
        why_not[wanted.without] = "four-eyes"
    return Resolved(
        [Person(user_id, _others(formerly, user_id)) for user_id, formerly in people.items()],
        [LeftOut(each, why_not[each]) for each in named if each in why_not],
    )


def stand_in_for(user: User, at: str) -> str | None:
    """Who is asked in place of somebody who is away or gone; None where they named nobody."""
    away = user.absence
    if away is None or (away.until is not None and away.until <= at):
        return None
    return away.delegate


def is_there(user: User, at: str) -> bool:
    """Whether a user can be asked themself at ``at``."""
    return user.active and not (user.absence is not None and user.absence.covers(at))


def _chains(
    tenant: str, named: list[str], at: str, *, present: bool
) -> tuple[list[list[str]], dict[str, str]]:
    """For each of ``named``: from them to who is asked; and by name why nobody is."""
    known: dict[str, User | None] = {}
    chains = [[name] for name in named]
    waiting = list(range(len(chains)))
    why_not: dict[str, str] = {}
    for _ in range(MAX_HOPS + 1):
        unread = {chains[each][-1] for each in waiting} - known.keys()
        if unread:
            known |= dict.fromkeys(unread) | find_users(tenant, sorted(unread))
        onward = []
        for each in waiting:
            chain = chains[each]
            user = known[chain[-1]]
            if user is None:
                if len(chain) > 1:
                    why_not[chain[0]] = "unknown-delegate"
                continue
            delegate = None if is_there(user, at) else stand_in_for(user, at)
            if delegate is None:
                if not user.active:
                    why_not[chain[0]] = "removed"
                elif present and not is_there(user, at):
                    why_not[chain[0]] = "away"
            elif delegate in chain:
                why_not[chain[0]] = "cycle"
            else:
                chain.append(delegate)
                onward.append(each)
        waiting = onward
        if not waiting:
            break
    why_not |= {chains[each][0]: "too-many-delegates" for each in waiting}
    return chains, why_not


def _others(formerly: list[str], user_id: str) -> tuple[str, ...]:
    others = (each for each in dict.fromkeys(formerly) if each != user_id)
    return tuple(others)[:MAX_FORMERLY]


def _holders(tenant: str, role: str) -> list[str]:
    page = state().query(members_partition(tenant, "ROLE", role), limit=MAX_HOLDERS)
    return [item["SK"] for item in page.items]


def _managers(tenant: str, managers: Iterable[ManagerOf], initiator: str) -> list[str]:
    found = (_manager(tenant, each.person or initiator, each.levels) for each in managers)
    return [each for each in found if each is not None]


def _manager(tenant: str, person: str, levels: int) -> str | None:
    """The active manager ``levels`` up, or the last there is; removed ones are skipped."""
    seen = {person}
    user, manager, risen = find_user(tenant, person), None, 0
    for _ in range(MAX_LEVELS):
        if user is None or user.manager is None or user.manager in seen or risen >= levels:
            break
        seen.add(user.manager)
        user = find_user(tenant, user.manager)
        if user is not None and user.active:
            manager, risen = user.user_id, risen + 1
    return manager


def _heads(tenant: str, departments: tuple[str, ...]) -> list[str]:
    if not departments:
        return []
    keys = [department_key(tenant, each) for each in dict.fromkeys(departments)]
    found = state().get_many(keys)
    return [found[key]["head"] for key in keys if key in found and "head" in found[key]]
