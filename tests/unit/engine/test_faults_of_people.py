"""A process may die in what people do with tasks, too; see ``test_faults``.

One life with everything in it: a pool task is claimed and sent back at once, reworked, delegated,
reassigned, and decided by whom it came to. Each command is killed at each of its calls, and sent
again.
"""

import pytest

from signoff.identity.principal import Actor
from signoff.runs.comment import comment_as_participant
from signoff.runs.progress import settle
from signoff.runs.start import start_run
from signoff.tasks.act import act_on_run
from signoff.tasks.reassign import reassign_task
from tests.support.people import employ
from tests.support.world import TENANT, world
from tests.unit.engine.acting import PATIENCE, open_tasks
from tests.unit.engine.definitions import POOL
from tests.unit.engine.test_faults import MOST_CALLS, Life, check_end

EXPECTED = [
    "run.started",
    "step.entered",
    "task.opened",
    "task.claimed",
    "changes.requested",
    "task.opened",
    "task.decided",
    "task.opened",
    "task.delegated",
    "task.reassigned",
    "comment.added",
    "task.decided",
    "step.entered",
    "run.completed",
]
COMMANDS = ("request", "submit", "delegate", "reassign", "comment", "approve")


class LifeOfPeople(Life):
    """One run that comes into many hands, with a kill at one place."""

    def act(self, name, user, action, *groups, **more):
        caller = self.here.caller("key:key-1", command=f"{name}-1")
        person = Actor(user, groups)
        more = {"comment": "hm", **more}
        self.command(name, lambda: act_on_run(caller, self.run_id, person, action, **more))

    def live(self):
        here = self.here
        alice = here.caller("alice", "initiators", command="start-1")
        moved = start_run(alice, "pool", variables={}, document_ref="d")
        settle(TENANT, moved, PATIENCE)
        self.act("request", "bob", "requestChanges", "legal")
        self.act("submit", "alice", "submit", data={"note": "done"})
        self.act("delegate", "bob", "delegate", delegate_to="carol")
        (task,) = open_tasks(self.run_id, 1)
        adam = here.caller("adam", command="reassign-1")
        given = self.command("reassign", lambda: reassign_task(adam, task.task_id, user="dave"))
        assert (given.owner, given.formerly) == ("dave", ("bob", "carol"))
        caller = here.caller("key:key-1", command="comment-1")
        self.command(
            "comment", lambda: comment_as_participant(caller, self.run_id, Actor("bob"), "still")
        )
        self.act("approve", "dave", "approve")
        here.until(self.run_id, "COMPLETED")
        here.reconcile_all()


@pytest.mark.parametrize("before_or_after", ["before", "after"])
@pytest.mark.parametrize("where", COMMANDS)
def test_a_kill_at_any_call_changes_nothing_in_the_end(monkeypatch, where, before_or_after):
    killed = 0
    for number in range(1, MOST_CALLS):
        with world(monkeypatch) as here:
            here.publish(POOL)
            employ(TENANT, "carol", "dave")
            life = LifeOfPeople(here, where, (number, before_or_after == "after"))
            life.live()
            check_end(here, life.run_id, EXPECTED)
            if not life.killed:
                break
            killed += 1
    assert killed >= 2, "the fault was injected nowhere"
    assert killed < MOST_CALLS - 1, "there are more calls than places"
