"""Whom an action of a deadline is told to, or whom it hands the task to."""

from typing import Any

from signoff.clock import timestamp
from signoff.directory.groups import ADMINISTRATORS
from signoff.directory.resolve import resolve_people
from signoff.directory.wanted import ManagerOf, Wanted
from signoff.errors import StepFailed
from signoff.runs.model import Run
from signoff.sla.stages import Action
from signoff.storage.values import to_json
from signoff.tasks.asks import MAX_GROUPS
from signoff.tasks.candidates import names
from signoff.tasks.model import Task

People = dict[str, list[str]]  # {"users": [...], "groups": [...]}

_KINDS = ("users", "groups")
MAX_SLA_BYTES = 32 * 1024  # it stands in the step's item, and its messages in history entries


def check_people(spec: dict[str, Any]) -> None:
    """Raises StepFailed unless every ``to`` of an evaluated ``sla`` can be acted on later."""
    sla = spec.get("sla")
    if not sla:
        return
    if len(to_json(sla).encode()) > MAX_SLA_BYTES:
        raise StepFailed(f"the deadline and its messages have over {MAX_SLA_BYTES} bytes")
    for action in (*sla["onWarn"], *sla["onBreach"]):
        if action["action"] in ("notify", "reassign"):
            people = named(action.get("to"))
            users, groups = people["users"], people["groups"]
            if not users and not groups:
                raise StepFailed(f"the deadline's {action['action']} names nobody")
            if action["action"] == "reassign" and (len(users) > 1 or (users and groups)):
                raise StepFailed("the deadline reassigns to one user or to groups alone")
            if len(groups) > MAX_GROUPS:
                raise StepFailed(f"the deadline names over {MAX_GROUPS} groups")


def told_to(action: Action, task: Task, run: Run) -> People:
    """Whom ``action`` is told to, now.

    A reminder goes to whoever has the task. A manager is the manager of that person, or who stands
    in for them; where there is none, and for a pool that nobody has claimed from, administrators
    are told instead.
    """
    kind = action["action"]
    if kind == "notify":
        return named(action.get("to"))
    if kind == "remind":
        return _users(task.owner) if task.owner else {"users": [], "groups": list(task.groups)}
    if kind == "notifyManager" and task.owner:
        wanted = Wanted(managers=(ManagerOf(task.owner),), present=True)
        managers = resolve_people(task.tenant, wanted, run.initiator, timestamp())
        if managers:
            return _users(managers[0].user_id)
    return {"users": [], "groups": [ADMINISTRATORS]}


def named(to: Any) -> People:
    """An evaluated ``to``: ``{users, groups}``, or what an expression yields instead of it.

    Raises StepFailed for what is no name.
    """
    if isinstance(to, dict):
        if not set(to) <= {"users", "groups"}:
            raise StepFailed("the deadline names people by users and groups alone")
        users, groups = (names(to.get(kind), f"the deadline's {kind}") for kind in _KINDS)
        return {"users": list(users), "groups": list(groups)}
    return {"users": list(names(to, "the deadline's people")), "groups": []}


def _users(user: str) -> People:
    return {"users": [user], "groups": []}
