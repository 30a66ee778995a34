"""What a transaction has no room for is owed, and done whoever dies in between.

Each case ends a step or a run with more open tasks than one transaction takes, kills the process at
every call of what follows, and lets the sweep find the rest.
"""

import pytest

from signoff.errors import Conflict, Forbidden
from signoff.history.replay import rebuild
from signoff.runs.attempts import MAX_STALLED, fail_run
from signoff.runs.cancel import cancel_run
from signoff.runs.change import Change
from signoff.runs.comment import comment_run
from signoff.runs.lists import runs_of_submitter
from signoff.runs.read import read_run, read_run_and_step, read_work
from signoff.runs.redirect import redirect
from signoff.runs.retry import retry_run
from signoff.runs.view import view_run
from signoff.storage.clients import client
from signoff.storage.store import state
from signoff.storage.transaction import Transaction
from signoff.tasks.act import act_on_run
from signoff.tasks.decide import decide_as, decide_task
from signoff.tasks.delegate import delegate_task
from signoff.tasks.reassign import reassign_task
from signoff.tasks.withdraw import withdraw_decided
from tests.support.people import employ
from tests.support.world import TENANT, Killed, world
from tests.unit.engine.acting import begin, open_tasks, start
from tests.unit.engine.definitions import CALLEE, CALLER, DIRECT
from tests.unit.engine.test_attempts import child_of, make_due, wait_for_end
from tests.unit.engine.test_several import CROWD

PEOPLE = [f"person-{number:02}" for number in range(40)]  # each task takes three items
MOST_CALLS = 30


def leftovers():
    items = client("dynamodb").scan(TableName="state")["Items"]
    return [item for item in items if "#U#" in item["PK"]["S"] or "#G#" in item["PK"]["S"]]


def make_all_due():
    """As if the grace of every mark had passed."""
    for item in client("dynamodb").scan(TableName="state")["Items"]:
        if "nudgeAt" in item:
            change = Transaction()
            key = (item["PK"]["S"], item["SK"]["S"])
            change.update(state(), key, set_={"nudgeAt": "2020-01-01T00:00:00.000Z"})
            change.commit()


def end_by_decision(here, run_id, tasks):
    decide_task(here.caller(PEOPLE[7]), tasks[7].task_id, "reject")


def end_by_cancelling(here, run_id, tasks):
    cancel_run(here.caller("alice"), run_id)


def end_by_failing(here, run_id, tasks):
    fail_run(read_run(TENANT, run_id), {"error": "StepFailed", "cause": "for the test"})


@pytest.mark.parametrize(
    ("end", "status"),
    [
        (end_by_decision, "COMPLETED"),
        (end_by_cancelling, "CANCELLED"),
        (end_by_failing, "FAILED"),
    ],
)
def test_no_task_outlives_its_step_or_run_wherever_the_process_dies(monkeypatch, end, status):
    killed = 0
    for number in range(2, MOST_CALLS, 2):
        with world(monkeypatch) as here:
            here.publish(CROWD)
            run_id = start(here, "crowd", people=PEOPLE).run.run_id
            tasks = open_tasks(run_id, len(PEOPLE))
            try:
                with here.faults.watching((number, True)):
                    end(here, run_id, tasks)
                alive = True
            except Killed:
                alive, killed = False, killed + 1
            if read_run(TENANT, run_id).sequence == 2 + len(PEOPLE):
                continue  # it died before its commit: nothing has happened
            make_all_due()
            here.sweep_now()
            here.until(run_id, status)
            assert leftovers() == []
            told = rebuild(here.history(run_id))
            assert (told.problems, told.open_tasks, told.status) == ([], {}, status)
            if alive:
                break
    assert killed >= 2


def test_a_late_withdrawal_leaves_what_a_retry_has_opened_again(here):
    here.publish(CROWD)
    run_id = start(here, "crowd", people=PEOPLE).run.run_id
    code = open_tasks(run_id, len(PEOPLE))[0].code
    end_by_failing(here, run_id, [])
    assert view_run(TENANT, run_id).open_tasks == []
    retry_run(here.caller("admin"), run_id)
    open_tasks(run_id, len(PEOPLE))
    _, step = read_run_and_step(TENANT, run_id, code)
    withdraw_decided(step)
    assert len(view_run(TENANT, run_id).open_tasks) == len(PEOPLE)
    assert rebuild(here.history(run_id)).problems == []


def test_cancelling_a_failed_parent_cancels_its_running_child(here):
    here.publish(CALLEE)
    here.publish(CALLER)
    run_id = begin(here, "caller", amount=1)
    open_tasks(child_of(run_id), 1)
    end_by_failing(here, run_id, [])
    assert read_run(TENANT, child_of(run_id)).status == "RUNNING"
    cancel_run(here.caller("alice"), run_id)
    assert read_run(TENANT, child_of(run_id)).status == "CANCELLED"
    assert leftovers() == []


def test_a_child_goes_on_under_a_failed_parent_and_the_retry_takes_its_result(here):
    here.publish(CALLEE)
    here.publish(CALLER)
    run_id = begin(here, "caller", amount=4)
    (inner,) = open_tasks(child_of(run_id), 1)
    end_by_failing(here, run_id, [])
    decide_task(here.caller("carol"), inner.task_id, "ok")
    here.until(child_of(run_id), "COMPLETED")
    retry_run(here.caller("admin"), run_id)
    (last,) = open_tasks(run_id, 1)
    decide_task(here.caller("bob"), last.task_id, "ok")
    here.until(run_id, "COMPLETED")
    assert read_run(TENANT, run_id).result == 9


def test_a_run_whose_next_step_always_breaks_fails_in_the_end(here):
    here.publish(DIRECT)
    (task,) = start(here, "one-approval").open_tasks
    run_id = task.run_id

    def broken(payload, context):
        raise RuntimeError("always")

    here.machines._functions["arn:step:finish_run"] = broken
    decide_task(here.caller("bob"), task.task_id, "approve")
    for _ in range(MAX_STALLED + 3):
        wait_for_end(here)
        here.reconcile_all()
        run = read_run(TENANT, run_id)
        if run.status != "RUNNING":
            break
        if run.stalled > 1:
            make_due(run)
            here.sweep_now()
    assert read_run(TENANT, run_id).status == "FAILED"
    assert here.types(run_id).count("run.resumed") == MAX_STALLED
    here.machines._functions["arn:step:finish_run"] = here.handlers["arn:step:finish_run"]
    retry_run(here.caller("admin"), run_id)
    here.until(run_id, "COMPLETED")


def test_losing_executions_again_and_again_is_no_failure(here):
    here.publish(DIRECT)
    (task,) = start(here, "one-approval").open_tasks
    for _ in range(MAX_STALLED + 3):
        here.machines.abort_all()
        here.reconcile_all()
    decide_task(here.caller("bob"), task.task_id, "approve")
    here.until(task.run_id, "COMPLETED")


def test_a_sub_workflow_is_in_nobodys_list_of_submissions(here):
    here.publish(CALLEE)
    here.publish(CALLER)
    run_id = begin(here, "caller", amount=1)
    open_tasks(child_of(run_id), 1)
    listed = runs_of_submitter(TENANT, "alice", limit=10, cursor=None).items
    assert [run.run_id for run in listed] == [run_id]


def test_a_comment_and_a_retry_repeated_under_one_key_happen_once(here):
    here.publish(DIRECT)
    run_id = start(here, "one-approval").run.run_id
    caller = here.caller("zoe", command="comment-1")
    first = comment_run(caller, run_id, "hm")
    assert comment_run(caller, run_id, "hm") == first
    end_by_failing(here, run_id, [])
    again = here.caller("admin", command="retry-1")
    retry_run(again, run_id)
    retry_run(again, run_id)
    types = here.types(run_id)
    assert (types.count("comment.added"), types.count("run.retried")) == (1, 1)


def test_one_poison_item_does_not_stop_the_sweep(here):
    here.publish(DIRECT)
    run_ids = [start(here, "one-approval").run.run_id for _ in range(2)]
    change = Transaction()
    poison = read_run(TENANT, run_ids[0])
    change.update(state(), poison.key, set_={"openSteps": "poison"})
    change.commit()
    make_all_due()
    counts = here.sweep_now()
    assert counts == {"failed": 1, "check": 1}


def test_who_may_not_vote_twice_may_not_after_a_release_either(here):
    here.publish(CROWD)
    tasks = open_tasks(start(here, "crowd", people=PEOPLE[:2]).run.run_id, 2)
    decide_task(here.caller(PEOPLE[0]), tasks[0].task_id, "approve")
    with pytest.raises((Conflict, Forbidden)):
        decide_task(here.caller(PEOPLE[0]), tasks[1].task_id, "approve")


def test_what_a_run_was_sent_away_from_takes_no_decisions_although_it_is_still_open(here):
    here.publish(CROWD)
    employ(TENANT, "zoe")
    run_id = start(here, "crowd", people=PEOPLE).run.run_id
    last = open_tasks(run_id, len(PEOPLE))[-1]
    change = Change(read_run(TENANT, run_id), actor="adam")
    redirect(change, None, type_="run.restarted", detail={"reason": None})
    change.commit()  # and the process that would take the rest back dies here
    assert read_work(TENANT, last.task_id)[2].status == "CLAIMED"
    owner = here.caller(PEOPLE[-1])
    for late in (
        lambda: decide_task(owner, last.task_id, "approve"),
        lambda: delegate_task(owner, last.task_id, "zoe"),
        lambda: reassign_task(here.caller("adam"), last.task_id, user="zoe"),
        lambda: act_on_run(owner, run_id, owner.actor, "approve", comment=None),
    ):
        with pytest.raises((Conflict, Forbidden)):
            late()
    assert (
        decide_as(TENANT, last.task_id, "approve", holds=lambda *_: True, actor="sla", comment=None)
        is None
    )
    make_all_due()
    here.sweep_now()
    assert {task.owner for task in open_tasks(run_id, len(PEOPLE))} == set(PEOPLE)
