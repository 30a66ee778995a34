"""Whoever sends a run elsewhere may die before or after any call to AWS; the run gets there.

Each case kills the command at one call, once. Then the sweep runs, the client repeats its command
under the same Idempotency-Key, and everything must be as if nothing had gone wrong: the same
entries, each once, nothing left of what the run was sent away from, one execution alive.
"""

from collections import Counter
from contextlib import suppress

import pytest

from signoff.runs.cancel import cancel_run
from signoff.runs.ids import derived_run_id
from signoff.runs.move import move_run
from signoff.runs.progress import settle
from signoff.runs.read import find_run, read_run
from signoff.runs.restart import restart_run
from signoff.runs.resubmit import resubmit_run
from signoff.runs.reverse import reverse_rejection
from tests.support.world import TENANT, Killed, world
from tests.unit.engine.acting import PATIENCE, decide, open_tasks, start
from tests.unit.engine.definitions import CALLEE, CALLER, DIRECT
from tests.unit.engine.redirecting import MANY, agrees, child_now
from tests.unit.engine.test_attempts import make_due

MOST_CALLS = 30  # of one command


class Move:
    """A run of more open tasks than one transaction takes back goes on to the next step."""

    def prepare(self, here):
        here.publish(MANY)
        run_id = start(here, "many", who=[f"u{n}" for n in range(31)]).run.run_id
        open_tasks(run_id, 31)
        return run_id

    def send(self, here, run_id):
        return move_run(here.caller("ops", command="send-1"), run_id, "last", "too many")

    def check(self, here, run_id):
        assert [task.step_id for task in open_tasks(run_id, 1)] == ["last"]


class MoveFromChild:
    """A run leaves its sub-workflow behind."""

    def prepare(self, here):
        here.publish(CALLEE)
        here.publish(CALLER)
        run_id = start(here, "caller", amount=1).run.run_id
        self.child = child_now(run_id)
        open_tasks(self.child, 1)
        return run_id

    def send(self, here, run_id):
        return move_run(here.caller("ops", command="send-1"), run_id, "last")

    def check(self, here, run_id):
        here.until(self.child, "CANCELLED")
        assert agrees(here, self.child).open_tasks == []


class Restart:
    """A run begins again while it waits."""

    def prepare(self, here):
        here.publish(DIRECT)
        return start(here, "one-approval").run.run_id

    def send(self, here, run_id):
        return restart_run(here.caller("ops", command="send-1"), run_id)

    def check(self, here, run_id):
        assert [task.step_id for task in open_tasks(run_id, 1)] == ["check"]


class Reverse(Restart):
    """A rejected run asks anew."""

    def prepare(self, here):
        run_id = super().prepare(here)
        (task,) = open_tasks(run_id, 1)
        decide(here, "bob", task, "reject", comment="no")
        here.until(run_id, "COMPLETED")
        return run_id

    def send(self, here, run_id):
        return reverse_rejection(here.caller("ops", command="send-1"), run_id, "a mistake")


class Resubmit(Reverse):
    """A rejected run is taken up by another."""

    def send(self, here, run_id):
        alice = here.caller("alice", command="send-1")
        return resubmit_run(alice, run_id, document_ref="doc-2")

    def check(self, here, run_id):
        following = read_run(TENANT, derived_run_id("send-1"))
        assert (following.previous_run_id, following.document_ref) == (run_id, "doc-2")
        assert read_run(TENANT, run_id).next_run_id == following.run_id
        assert here.types(run_id).count("run.resubmitted") == 1
        assert len(open_tasks(following.run_id, 1)) == 1
        agrees(here, following.run_id)


def life(here, case, place):
    """What the run's history holds, whether ``place`` was hit, and how many calls were made."""
    run_id = case.prepare(here)
    here.reconcile_all()
    killed = False
    with here.faults.watching(place):
        try:
            moved = case.send(here, run_id)
        except Killed:
            killed = True
    calls = len(here.faults.seen)
    if killed:
        for owing in (run_id, derived_run_id("send-1"), getattr(case, "child", None)):
            run = find_run(TENANT, owing) if owing else None
            if run is not None and run.nudge in ("start", "stop"):
                make_due(run)
        here.sweep_now()
        moved = case.send(here, run_id)
    settle(TENANT, moved, PATIENCE)
    case.check(here, run_id)
    here.reconcile_all()
    agrees(here, run_id)
    run = read_run(TENANT, run_id)
    alive = [each for each in here.machines._runs.values() if each.name.startswith(run_id)]
    running = [each.name for each in alive if each.status == "RUNNING"]
    assert running == ([f"{run_id}-{run.attempt}"] if run.status == "RUNNING" else [])
    return Counter(here.types(run_id)), killed, calls


@pytest.mark.parametrize("before_or_after", ["before", "after"])
@pytest.mark.parametrize("kind", [Move, MoveFromChild, Restart, Reverse, Resubmit])
def test_a_kill_at_any_call_changes_nothing_in_the_end(monkeypatch, kind, before_or_after):
    with world(monkeypatch) as here:
        undisturbed, _, calls = life(here, kind(), None)
    assert calls <= MOST_CALLS, "there are more calls than places"
    hit = 0
    for number in range(1, calls + 1):
        with world(monkeypatch) as here:
            told, killed, _ = life(here, kind(), (number, before_or_after == "after"))
        assert told == undisturbed, f"after a kill at call {number}"
        hit += killed
    # There is no "after" of a call that is refused: the machine that does not exist yet.
    assert hit >= calls - 1


def test_a_run_that_is_cancelled_before_it_was_set_off_takes_all_with_it(here):
    case = MoveFromChild()
    run_id = case.prepare(here)
    send_and_die(here, case, run_id)
    assert read_run(TENANT, run_id).left
    cancel_run(here.caller("alice"), run_id)
    here.reconcile_all()
    here.sweep_now()
    assert read_run(TENANT, run_id).status == "CANCELLED"
    here.until(case.child, "CANCELLED")
    agrees(here, run_id)
    assert [each.name for each in here.machines._runs.values() if each.status == "RUNNING"] == []


def send_and_die(here, case, run_id):
    """Send the run and die right after its transaction."""
    number = 0
    while read_run(TENANT, run_id).generation == 1:
        number += 1
        assert number < MOST_CALLS
        with here.faults.watching((number, False)), suppress(Killed):
            case.send(here, run_id)
