"""Whom an action of a deadline is told to, or whom it hands the task to."""

from typing import Any

from signoff.directory.find import find_user
from signoff.directory.groups import ADMINISTRATORS
from signoff.errors import StepFailed
from signoff.sla.stages import Action
from signoff.storage.values import to_json
from signoff.tasks.model import Task

People = dict[str, list[str]]  # {"users": [...], "groups": [...]}

MAX_NAME = 256
MAX_GROUPS = 20  # as in a pool, which a task may be handed to
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


def told_to(action: Action, task: Task) -> People:
    """Whom ``action`` is told to, now.

    A reminder goes to whoever has the task. A manager is the manager of that person; where there is
    none, and for a pool that nobody has claimed from, administrators are told instead.
    """
    kind = action["action"]
    if kind == "notify":
        return named(action.get("to"))
    if kind == "remind":
        return _users(task.owner) if task.owner else {"users": [], "groups": list(task.groups)}
    if kind == "notifyManager" and task.owner:
        assignee = find_user(task.tenant, task.owner)
        if assignee and assignee.manager:
            return _users(assignee.manager)
    return {"users": [], "groups": [ADMINISTRATORS]}


def named(to: Any) -> People:
    """An evaluated ``to``: ``{users, groups}``, or what an expression yields instead of it.

    Raises StepFailed for what is no name.
    """
    if isinstance(to, dict):
        return {"users": _names(to.get("users")), "groups": _names(to.get("groups"))}
    return {"users": _names(to), "groups": []}


def _users(user: str) -> People:
    return {"users": [user], "groups": []}


def _names(value: Any) -> list[str]:
    listed = [] if value is None else value if isinstance(value, list) else [value]
    for name in listed:
        if not isinstance(name, str) or not name.strip() or len(name) > MAX_NAME:
            raise StepFailed(f"the deadline must name people in 1 to {MAX_NAME} characters")
    return list(dict.fromkeys(listed))
