"""Whom a step asks: from a step's evaluated candidates to one ask per task."""

from dataclasses import dataclass
from typing import Any

from signoff.directory.groups import ADMINISTRATORS
from signoff.directory.resolve import MAX_FORMERLY, LeftOut, resolve
from signoff.errors import StepFailed
from signoff.storage.values import to_json
from signoff.tasks.candidates import read_candidates
from signoff.tasks.quorum import can_be_missed, reachable

MAX_ASKS = 500
MAX_ASKS_BYTES = 64 * 1024  # they stand in the step's item, which DynamoDB limits to 400 KB
MAX_GROUPS = 20  # a pool task is one worklist item per group, written in one transaction

# {"owner": user} for a direct task, {"groups": [...]} for a pool task. "formerly": those whom the
# owner stands in for.
Ask = dict[str, Any]


@dataclass(frozen=True)
class Asked:
    """The asks of a step and the quorum that closes it. ``unattended`` says why they are of the
    administrators instead of those whom the definition names; None where they are not. ``left_out``
    are those whom it names and nobody asks."""

    asks: list[Ask]
    quorum: dict[str, Any]
    unattended: str | None = None
    left_out: tuple[LeftOut, ...] = ()


def resolve_asks(spec: dict[str, Any], tenant: str, initiator: str, at: str) -> Asked:
    """One ask per task of the step, in order and without duplicates, as of the moment ``at``.

    ``spec`` is the step's evaluated configuration: ``mode``, ``candidates`` (``tasks.candidates``),
    ``quorum`` per outcome, ``otherwise`` (whether there is one), ``fourEyes``. Where nobody is left
    to ask, or too few for the quorum, one task goes to the administrators, of whom any decides.
    Raises StepFailed with what is wrong in the candidates: too many, or names that are none.
    """
    without = initiator if spec.get("fourEyes") else None
    candidates = read_candidates(spec["candidates"], without=without)
    left_out: list[LeftOut] = []
    meant: list[str] = []
    if spec["mode"] == "pool":
        asks = _pool(list(candidates.groups), spec["quorum"])
    else:
        resolved = resolve(tenant, candidates.people, initiator, at)
        people, left_out = resolved.people, resolved.left_out
        meant = [each.user_id for each in left_out if each.user_id != without]
        meant += [name for person in people for name in (*person.formerly, person.user_id)]
        asks = [_ask(person.user_id, person.formerly) for person in people]
    if len(asks) > MAX_ASKS:
        raise StepFailed(f"{len(asks)} people to ask; a step asks at most {MAX_ASKS}")
    if len(to_json(asks).encode()) > MAX_ASKS_BYTES:
        raise StepFailed(f"the names of the people to ask have over {MAX_ASKS_BYTES} bytes")
    why = None
    if not asks:
        why = "nobody is left to ask"
    elif not reachable(spec["quorum"], len(asks)):
        why = f"no quorum can be reached by the {len(asks)} who are left"
    elif not spec.get("otherwise") and can_be_missed(spec["quorum"], len(asks)):
        why = f"the {len(asks)} who are left may come to no decision"
    if why is None:
        return Asked(asks, spec["quorum"], None, tuple(left_out))
    ask: Ask = {"groups": [ADMINISTRATORS]}
    if meant:
        ask["formerly"] = list(dict.fromkeys(meant))[:MAX_FORMERLY]
    return Asked([ask], dict.fromkeys(spec["quorum"], "any"), why, tuple(left_out))


def _ask(user_id: str, formerly: tuple[str, ...]) -> Ask:
    return {"owner": user_id, "formerly": list(formerly)} if formerly else {"owner": user_id}


def _pool(groups: list[str], quorum: dict[str, Any]) -> list[Ask]:
    if len(groups) > MAX_GROUPS:
        raise StepFailed(f"{len(groups)} groups; a pool takes at most {MAX_GROUPS}")
    if all(rule == "any" for rule in quorum.values()):
        return [{"groups": groups}] if groups else []
    return [{"groups": [group]} for group in groups]
