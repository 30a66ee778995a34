"""Whom a step asks: from a step's evaluated candidates to one ask per task."""

from typing import Any

from signoff.errors import StepFailed
from signoff.storage.values import to_json
from signoff.tasks.quorum import reachable

MAX_ASKS = 500
MAX_ASKS_BYTES = 64 * 1024  # they stand in the step's item, which DynamoDB limits to 400 KB
MAX_NAME = 256
MAX_GROUPS = 20  # a pool task is one worklist item per group, written in one transaction

Ask = dict[str, Any]  # {"owner": user} for a direct task, {"groups": [...]} for a pool task


def resolve_asks(spec: dict[str, Any], initiator: str) -> list[Ask]:
    """One ask per task of the step, in order and without duplicates.

    ``spec`` is the step's evaluated configuration: ``mode``, ``candidates`` (a list of user ids or
    ``{"users", "groups"}``), ``quorum`` per outcome, ``fourEyes``. Raises StepFailed with what is
    wrong: nobody to ask, too many, names that are none, a quorum that these people cannot reach.
    """
    users, groups = _candidates(spec["candidates"])
    if spec["mode"] == "pool":
        asks = _pool(groups, spec["quorum"])
    else:
        if spec.get("fourEyes"):
            users = [user for user in users if user != initiator]
        asks = [{"owner": user} for user in users]
    if not asks:
        raise StepFailed("nobody is left to ask: the candidates are empty")
    if len(asks) > MAX_ASKS:
        raise StepFailed(f"{len(asks)} people to ask; a step asks at most {MAX_ASKS}")
    if len(to_json(asks).encode()) > MAX_ASKS_BYTES:
        raise StepFailed(f"the names of the people to ask have over {MAX_ASKS_BYTES} bytes")
    if not reachable(spec["quorum"], len(asks)):
        raise StepFailed(f"no outcome's quorum can be reached by {len(asks)} people")
    return asks


def _pool(groups: list[str], quorum: dict[str, Any]) -> list[Ask]:
    if len(groups) > MAX_GROUPS:
        raise StepFailed(f"{len(groups)} groups; a pool takes at most {MAX_GROUPS}")
    if all(rule == "any" for rule in quorum.values()):
        return [{"groups": groups}] if groups else []
    return [{"groups": [group]} for group in groups]


def _candidates(value: Any) -> tuple[list[str], list[str]]:
    if isinstance(value, dict):
        return _names(value.get("users"), "users"), _names(value.get("groups"), "groups")
    return _names(value, "candidates"), []


def _names(value: Any, what: str) -> list[str]:
    listed = [] if value is None else value if isinstance(value, list) else [value]
    for name in listed:
        if not isinstance(name, str) or not name.strip() or len(name) > MAX_NAME:
            raise StepFailed(f"{what} must be names of 1 to {MAX_NAME} characters")
    return list(dict.fromkeys(listed))
