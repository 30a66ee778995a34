"""Runs that people, failures and the platform push around at random still tell one story.

Whatever happens in whatever order: history alone gives the stored state, a worklist shows exactly
the open tasks, nobody decides twice, and in the end every run that is left alone ends.
"""

import random
import time
from collections import Counter
from contextlib import suppress

import pytest

from signoff.directory.groups import ADMINISTRATORS
from signoff.directory.user import Absence
from signoff.errors import Conflict, Forbidden, Invalid
from signoff.history.replay import rebuild
from signoff.identity.principal import Actor
from signoff.runs.attempts import fail_run
from signoff.runs.cancel import cancel_run
from signoff.runs.comment import comment_run
from signoff.runs.move import move_run, steps_to_move_to
from signoff.runs.read import read_run, read_run_and_step
from signoff.runs.restart import restart_run
from signoff.runs.retry import retry_run
from signoff.runs.reverse import reverse_rejection
from signoff.runs.view import view_run
from signoff.sla.act import act_on_timer
from signoff.storage.clients import client
from signoff.tasks.act import act_on_run
from signoff.tasks.claim import claim_task
from signoff.tasks.decide import decide_as, decide_task
from signoff.tasks.delegate import delegate_task
from signoff.tasks.reassign import reassign_task
from signoff.tasks.release import release_task
from tests.support.people import employ
from tests.support.world import TENANT
from tests.unit.engine.acting import PATIENCE, begin
from tests.unit.engine.definitions import CALLEE, CALLER, PARALLEL, POOL, QUORUM, SERIAL

PEOPLE = ("bob", "carol", "dave", "u1", "u2", "u3", "u4", "u5", "alice")
GROUPS = ("initiators", "reviewers", "legal")
ACTIONS = 50


def _always(*_):
    return True


class Walk:
    """One run, and dice."""

    def __init__(self, here, key, seed):
        self.here, self.dice = here, random.Random(seed)
        self.run_id = begin(here, key)

    def someone(self):
        return self.here.caller(self.dice.choice(PEOPLE), *GROUPS)

    def act(self):
        self.dice.choice(
            [self.decide] * 6
            + [self.claim] * 4
            + [self.act_on_it] * 3
            + [
                self.delegate,
                self.reassign,
                self.release,
                self.let_time_pass,
                self.let_time_pass,
                self.comment,
                self.lose_platform,
                self.sweep,
                self.cancel_rarely,
                self.move,
                self.restart_rarely,
                self.reverse,
                self.decide_for_them,
                self.leave_office,
                self.fail,
            ]
            + [self.retry] * 2
        )()

    def a_task(self):
        tasks = view_run(TENANT, self.run_id).open_tasks
        return self.dice.choice(tasks) if tasks else None

    def decide(self):
        task = self.a_task()
        if task is None:
            return
        owner = self.here.caller(task.owner or "bob", *GROUPS)
        outcomes = ["ok", "approve", "APPROVE", "reject", "REJECT", "SUBMIT", "abstain"]
        self.dice.shuffle(outcomes)
        for outcome in outcomes:
            try:
                decide_task(owner, task.task_id, outcome)
            except (Conflict, Forbidden):
                return
            except Invalid:
                continue  # not an outcome of this step
            else:
                with pytest.raises((Conflict, Forbidden)):
                    decide_task(owner, task.task_id, outcome)
                return

    def claim(self):
        task = self.a_task()
        if task:
            with suppress(Conflict, Forbidden):
                claim_task(self.someone(), task.task_id)

    def act_on_it(self):
        action = self.dice.choice(["requestChanges"] * 3 + ["approve", "submit", "reject", "ok"])
        person = Actor(self.dice.choice(PEOPLE), GROUPS)
        with suppress(Conflict, Forbidden, Invalid):
            act_on_run(self.someone(), self.run_id, person, action, comment="hm")

    def delegate(self):
        task = self.a_task()
        if task and task.owner:
            with suppress(Conflict, Forbidden, Invalid):
                delegate_task(self.here.caller(task.owner), task.task_id, self.dice.choice(PEOPLE))

    def reassign(self):
        task = self.a_task()
        user = self.dice.choice([*PEOPLE, None])
        if task:
            with suppress(Conflict, Invalid):
                reassign_task(
                    self.here.caller("adam"),
                    task.task_id,
                    user=user,
                    groups=() if user else GROUPS,
                )

    def release(self):
        task = self.a_task()
        if task and task.owner:
            with suppress(Conflict, Forbidden):
                release_task(self.here.caller(task.owner), task.task_id)

    def let_time_pass(self):
        task = self.a_task()
        if task and task.due_at:
            moment = self.dice.choice([task.timer_at, task.timer_at, task.warn_at, task.due_at])
            fired = {"tenant": TENANT, "taskId": task.task_id, "timerAt": moment}
            for _ in range(self.dice.choice([1, 1, 2])):
                act_on_timer(fired)

    def comment(self):
        comment_run(self.someone(), self.run_id, "hm 🤔")

    def lose_platform(self):
        self.here.machines.abort_all()
        self.here.reconcile_all()

    def sweep(self):
        self.here.sweep_now()

    def cancel_rarely(self):
        if self.dice.random() < 0.1:
            with suppress(Conflict):
                cancel_run(self.here.caller("alice"), self.run_id)

    def move(self):
        step = self.dice.choice(steps_to_move_to(read_run(TENANT, self.run_id)))
        with suppress(Conflict):
            move_run(self.here.caller("ops"), self.run_id, step)

    def restart_rarely(self):
        if self.dice.random() < 0.3:
            restart_run(self.here.caller("ops"), self.run_id)

    def reverse(self):
        with suppress(Conflict):
            reverse_rejection(self.here.caller("ops"), self.run_id, "hm")

    def decide_for_them(self):
        task = self.a_task()
        if task:
            outcome = self.dice.choice(["ok", "approve", "APPROVE", "reject", "REJECT"])
            with suppress(Invalid):
                decide_as(TENANT, task.task_id, outcome, holds=_always, actor="sla", comment=None)

    def leave_office(self):
        """Somebody goes away for good, or comes back."""
        delegate = self.dice.choice([*PEOPLE, None])
        away = Absence("2020-01-01T00:00:00.000Z", None, delegate)
        employ(TENANT, self.dice.choice(PEOPLE), absence=self.dice.choice([away, None]))

    def fail(self):
        self.here.machines.abort_all()
        fail_run(read_run(TENANT, self.run_id), {"error": "StepFailed", "cause": "the dice"})

    def retry(self):
        with suppress(Conflict):
            retry_run(self.here.caller("alice"), self.run_id)

    def told(self):
        """What is stored and what history tells, side by side, read while nothing moved."""
        deadline = time.monotonic() + PATIENCE
        while True:
            before = read_run(TENANT, self.run_id).sequence
            view = view_run(TENANT, self.run_id)
            entries = self.here.history(self.run_id)
            listed = self.listed()
            if before == view.run.sequence == entries[-1].sequence == self.now():
                return view, rebuild(entries), listed
            assert time.monotonic() < deadline, "the run does not come to rest"

    def now(self):
        return read_run(TENANT, self.run_id).sequence

    def listed(self):
        """The run's tasks in all worklists."""
        items = client("dynamodb").scan(TableName="state")["Items"]
        return {
            item["taskId"]["S"]
            for item in items
            if ("#G#" in item["PK"]["S"] or "#U#" in item["PK"]["S"])
            and item["runId"]["S"] == self.run_id
        }

    def check(self):
        view, told, listed = self.told()
        assert told.problems == []
        stored = {task.task_id: (task.status, task.owner, task.groups) for task in view.open_tasks}
        assert {
            task_id: (task.status, task.owner, tuple(task.groups))
            for task_id, task in told.open_tasks.items()
        } == stored
        assert listed == set(stored)
        assert (told.status, told.outcome, told.attempt, told.generation) == (
            view.run.status,
            view.run.outcome,
            view.run.attempt,
            view.run.generation,
        )
        assert told.current_state == view.run.current_state
        self.check_voices(view.open_tasks)

    def check_voices(self, open_tasks):
        """Whoever has a vote is the only one who has it, and has not given one."""
        asked = Counter((task.code, task.owner) for task in open_tasks if task.rework_of is None)
        voters = {code: read_run_and_step(TENANT, self.run_id, code)[1].voters for code, _ in asked}
        for (code, owner), count in asked.items():
            assert owner is None or (count == 1 and owner not in voters[code])


@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize("key", ["pool", "side-by-side", "quorum", "serial"])
def test_whatever_happens_history_tells_it(here, key, seed):
    for text in (
        POOL,
        PARALLEL,
        late(QUORUM, "reassign, to: {users: [bob]}"),
        late(SERIAL, "decide, outcome: approve"),
    ):
        here.publish(text.replace("initiators: {groups: [initiators]}\n", ""))
    employ(TENANT, *PEOPLE)
    walk = Walk(here, key, seed)
    for _ in range(ACTIONS):
        walk.act()
    walk.check()
    finish(here, walk.run_id)
    walk.check()


def late(text, action):
    """The definition with a deadline, which reminds and then acts."""
    sla = f"sla: {{due: PT1H, onBreach: [{{action: remind}}, {{action: {action}}}]}}"
    return text.replace("otherwise: no_", f"otherwise: no_\n      {sla}")


def finish(here, run_id):
    """Let people do what is asked until the run ends."""
    deadline = time.monotonic() + 6 * PATIENCE
    while (run := read_run(TENANT, run_id)).status in ("RUNNING", "FAILED"):
        assert time.monotonic() < deadline, f"the run does not end: {run}"
        here.reconcile_all()
        if run.status == "FAILED":
            retry_run(here.caller("alice"), run_id)
        for task in view_run(TENANT, run_id).open_tasks:
            fresh = f"zoe-{task.ordinal}"  # who has no voice of their own in the step
            owner = here.caller(task.owner or fresh, *GROUPS, ADMINISTRATORS)
            try:
                if not task.owner:
                    claim_task(owner, task.task_id)
                for outcome in ("ok", "approve", "SUBMIT"):
                    with suppress(Invalid):
                        decide_task(owner, task.task_id, outcome)
            except Forbidden:  # one person has taken two tasks of a step
                with suppress(Conflict, Invalid):
                    reassign_task(here.caller("adam"), task.task_id, user=fresh)
            except Conflict:
                continue
        time.sleep(0.02)


def test_a_parent_and_its_child_through_every_loss(here):
    here.publish(CALLEE)
    here.publish(CALLER)
    run_id = begin(here, "caller", amount=1)
    for _ in range(4):
        time.sleep(0.05)
        here.machines.abort_all()
        here.reconcile_all()
    from tests.unit.engine.test_attempts import child_of

    finish(here, child_of(run_id))
    finish(here, run_id)
    assert read_run(TENANT, run_id).result == 3
