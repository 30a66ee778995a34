"""The moments of a task's deadline, in order, and what each of them asks for.

A moment is acted on at most once: ``Task.alerts`` counts those that have been, so the next one is
always the one at that place, however late a timer is and whatever the clock says.
"""

from dataclasses import dataclass
from itertools import groupby
from typing import Any, Literal

from signoff.tasks.due import later_than
from signoff.tasks.model import Step, Task

Kind = Literal["warning", "breach", "escalation", "act"]
Action = dict[str, Any]  # {"action", "after"?, "to"?, "outcome"?, "step"?, "message"?}

ACTING = frozenset({"reassign", "decide", "goTo"})


@dataclass(frozen=True)
class Stage:
    """What is due at the timestamp ``at``.

    ``act`` has the one action that moves the task, its outcome or the run; it is a stage of its
    own, because it is done in a transaction of its own. All others only tell people.
    """

    kind: Kind
    at: str
    actions: tuple[Action, ...] = ()


def stages_of(step: Step, task: Task) -> list[Stage]:
    """Every stage of ``task``'s deadline, those that are over too; none without a deadline.

    The warning, where there is time for one; the breach; then whatever waits longer, together
    where it waits equally long.
    """
    sla = step.spec.get("sla")
    if not sla or task.due_at is None:
        return []
    stages = [Stage("warning", task.warn_at, tuple(sla["onWarn"]))] if task.warn_at else []
    at_once = [action for action in sla["onBreach"] if not action.get("after")]
    stages.append(Stage("breach", task.due_at, _told(at_once)))
    stages += _acting(at_once, task.due_at)
    later = [action for action in sla["onBreach"] if action.get("after")]
    for after, together in groupby(later, key=lambda action: str(action["after"])):
        actions, at = list(together), later_than(task.due_at, after)
        if _told(actions):
            stages.append(Stage("escalation", at, _told(actions)))
        stages += _acting(actions, at)
    return stages


def _told(actions: list[Action]) -> tuple[Action, ...]:
    return tuple(action for action in actions if action["action"] not in ACTING)


def _acting(actions: list[Action], at: str) -> list[Stage]:
    return [Stage("act", at, (action,)) for action in actions if action["action"] in ACTING]
