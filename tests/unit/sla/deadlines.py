"""Definitions with deadlines, and what is done to their tasks in the tests."""

from signoff.directory.user import User
from signoff.runs.read import read_work
from signoff.runs.view import view_run
from signoff.sla.act import act_on_timer
from signoff.sla.stages import stages_of
from signoff.storage import store
from signoff.storage.transaction import Transaction
from tests.support.world import TENANT


def definition(on_breach="[]", *, on_warn="[]", due="PT48H", kind="pool", more=""):
    """One approval with a deadline."""
    who = "{groups: [legal]}" if kind == "pool" else "{users: [bob]}"
    return f"""
key: late
name: Late
steps:
  - id: Review
    type: approval
    config:
      mode: {kind}
      candidates: {who}
      outcomes: {{APPROVE: {{next: Approved}}, REJECT: {{next: Rejected}}}}
      sla: {{due: {due}, onWarn: {on_warn}, onBreach: {on_breach}}}
{more}
  - {{id: Approved, type: end, config: {{outcome: APPROVED}}}}
  - {{id: Rejected, type: end, config: {{outcome: REJECTED}}}}
"""


def now(task):
    """The task as it is."""
    return read_work(TENANT, task.task_id)[2]


def fire(task, timer_at=None):
    """Let the task's timer fire, as if its moment had come."""
    at = timer_at or now(task).timer_at
    act_on_timer({"tenant": TENANT, "taskId": task.task_id, "timerAt": at})
    return at


def fire_all(task):
    """Let one timer after the other fire until none is left."""
    for _ in range(20):
        if now(task).timer_at is None or now(task).state != "OPEN":
            return
        fire(task)
    raise AssertionError("there is always another timer")


def moments(task):
    """The moments of the task's deadline that are left."""
    _, step, task = read_work(TENANT, task.task_id)
    return [stage.at for stage in stages_of(step, task)[task.alerts :]]


def put_user(user_id, **more):
    """Put somebody into the directory."""
    writes = Transaction()
    user = User(TENANT, user_id, user_id.title(), None, "", "", **more)
    writes.put(store.state(), user.to_item())
    writes.commit()


def acted(here, run_id):
    """The entries of a deadline: type, action, whom it was told to."""
    return [
        (entry.type, entry.detail.get("action"), people(entry.detail.get("to")))
        for entry in here.history(run_id)
        if entry.type in ("task.warned", "task.breached", "sla.acted", "task.reassigned")
    ]


def people(to):
    """Users and groups in one list, groups with a hash."""
    if not isinstance(to, dict):
        return to
    return [*to["users"], *(f"#{group}" for group in to["groups"])]


def open_count(run_id):
    """How many tasks are open."""
    return len(view_run(TENANT, run_id).open_tasks)
