"""A run goes on at another step, and nothing of before is left."""

import pytest

from signoff.errors import Conflict, Invalid, NotFound
from signoff.runs.cancel import cancel_run
from signoff.runs.move import move_as, move_run
from signoff.runs.progress import settle
from signoff.runs.read import read_run
from signoff.runs.retry import retry_run
from signoff.runs.view import view_run
from signoff.tasks.decide import decide_task
from tests.support.waiting import until
from tests.support.world import TENANT
from tests.unit.engine.acting import PATIENCE, decide, open_tasks, start, task_of
from tests.unit.engine.definitions import AUTOMATIC, BROKEN, CALLEE, CALLER, DIRECT, PARALLEL
from tests.unit.engine.redirecting import (
    MANY,
    STEPS,
    agrees,
    child_now,
    moved,
    wait_failed,
)


def test_a_run_moves_on_with_its_variables_and_what_it_asked_for_is_taken_back(here):
    here.publish(STEPS)
    view = start(here, "steps", amount=5)
    run_id = view.run.run_id
    view = moved(here, run_id, "second", "the first is ill")
    (task,) = view.open_tasks
    assert (task.step_id, task.owner, view.run.generation, view.run.attempt) == (
        "second", "carol", 2, 2,
    )  # fmt: skip
    assert here.types(run_id) == [
        "run.started", "step.entered", "task.opened",
        "run.moved", "task.closed", "step.abandoned", "step.entered", "task.opened",
    ]  # fmt: skip
    entry = here.history(run_id)[3]
    assert (entry.actor, entry.via) == ("ops", "key-1")
    assert entry.detail == {
        "from": "first", "to": "second", "reason": "the first is ill",
        "attempt": 2, "generation": 2,
    }  # fmt: skip
    agrees(here, run_id)
    decide(here, "carol", task, "ok")
    decide(here, "dave", task_of(run_id, "third"), "ok")
    here.until(run_id, "COMPLETED")
    assert agrees(here, run_id).run.result == 5


def test_a_run_moves_back_and_asks_the_same_people_anew(here):
    here.publish(STEPS)
    view = start(here, "steps", amount=50)
    run_id = view.run.run_id
    (before,) = view.open_tasks
    decide(here, "bob", before, "ok")
    view = moved(here, run_id, "first")
    (again,) = view.open_tasks
    assert again.task_id != before.task_id
    assert view.run.open_steps[again.code].path == "@2/first#1"
    decide(here, "bob", again, "ok")
    assert task_of(run_id, "second").owner == "carol"
    agrees(here, run_id)


def test_the_old_execution_is_stopped_and_its_end_changes_nothing(here):
    here.publish(STEPS)
    run_id = start(here, "steps", amount=5).run.run_id
    moved(here, run_id, "third")
    assert "StopExecution" in here.machines.calls
    here.reconcile_all()
    run = read_run(TENANT, run_id)
    assert (run.status, run.attempt, run.current_state) == ("RUNNING", 2, "third")


def test_a_moved_run_outlives_its_executions_too(here):
    here.publish(PARALLEL)
    run_id = start(here, "side-by-side").run.run_id
    moved(here, run_id, "both")
    decide(here, "carol", task_of(run_id, "finance"), "ok")
    for _ in range(2):
        here.machines.abort_all()
        here.reconcile_all()
        assert {task.step_id for task in open_tasks(run_id, 2)} == {"legal", "treasury"}
    paths = {step.path for step in read_run(TENANT, run_id).open_steps.values()}
    assert paths == {"@2/both#1", "@2/both#1/left/legal#1", "@2/both#1/right/treasury#1"}
    decide(here, "bob", task_of(run_id, "legal"), "ok")
    decide(here, "dave", task_of(run_id, "treasury"), "ok")
    decide(here, "bob", task_of(run_id, "last"), "ok")
    here.until(run_id, "COMPLETED")
    agrees(here, run_id)


def test_a_move_out_of_a_parallel_step_leaves_every_branch(here):
    here.publish(PARALLEL)
    run_id = start(here, "side-by-side").run.run_id
    tasks = open_tasks(run_id, 2)
    view = moved(here, run_id, "last")
    assert [task.step_id for task in view.open_tasks] == ["last"]
    for task in tasks:
        with pytest.raises(Conflict):
            decide_task(here.caller(task.owner), task.task_id, "ok")
    agrees(here, run_id)


def test_a_step_that_takes_no_run_is_refused_with_those_that_do(here):
    here.publish(STEPS)
    run_id = start(here, "steps", amount=5).run.run_id
    for step in ("big", "done", "nowhere"):
        with pytest.raises(Invalid) as refused:
            move_run(here.caller("ops"), run_id, step)
        assert refused.value.field == "step"
        assert "first, second, third, tell" in refused.value.message
    with pytest.raises(NotFound):
        move_run(here.caller("ops"), "0" * 8 + run_id[8:], "first")
    assert read_run(TENANT, run_id).generation == 1


def test_only_a_run_that_has_not_ended_is_moved(here):
    here.publish(DIRECT)
    (task,) = (view := start(here, "one-approval")).open_tasks
    decide(here, "bob", task, "approve")
    here.until(view.run.run_id, "COMPLETED")
    with pytest.raises(Conflict):
        move_run(here.caller("ops"), view.run.run_id, "check")
    other = start(here, "one-approval").run.run_id
    cancel_run(here.caller("alice"), other)
    with pytest.raises(Conflict):
        move_run(here.caller("ops"), other, "check")


def test_a_failed_run_is_moved_past_what_failed_it(here):
    here.publish(BROKEN)
    view = start(here, "broken", who=[7])
    decide_task(here.caller("bob"), view.open_tasks[0].task_id, "ok")
    run_id = view.run.run_id
    wait_failed(here, run_id)
    view = moved(here, run_id, "first")
    assert (view.run.status, view.run.error, view.run.ended_at) == ("RUNNING", None, None)
    assert [task.step_id for task in view.open_tasks] == ["first"]
    agrees(here, run_id)


def test_a_wait_is_left_and_a_notification_is_sent_anew(here):
    here.publish(AUTOMATIC)
    run_id = start(here, "automatic").run.run_id
    task_of(run_id, "check")
    moved(here, run_id, "tell")
    task_of(run_id, "check")
    assert here.types(run_id).count("notification.sent") == 2
    agrees(here, run_id)


def test_a_sub_workflow_is_cancelled_when_its_parent_moves_and_begun_anew_when_it_moves_back(here):
    here.publish(CALLEE)
    here.publish(CALLER)
    run_id = start(here, "caller", amount=1).run.run_id
    first = child_now(run_id)
    moved(here, run_id, "last")
    here.until(first, "CANCELLED")
    assert "step.completed" not in here.types(run_id)
    agrees(here, run_id)
    moved(here, run_id, "sub")
    second = child_now(run_id)
    assert second != first
    decide(here, "carol", task_of(second, "inner"), "ok")
    decide(here, "bob", task_of(run_id, "last"), "ok")
    here.until(run_id, "COMPLETED")
    assert agrees(here, run_id).run.result == 3
    assert open_tasks(first, 0) == []


def test_more_open_tasks_than_a_transaction_takes_leave_the_worklists(here):
    here.publish(MANY)
    view = start(here, "many", who=[f"user-{n}" for n in range(120)])
    run_id = view.run.run_id
    until(lambda: len(view_run(TENANT, run_id).open_tasks) == 120)
    move_run(here.caller("ops"), run_id, "last")
    assert open_tasks(run_id, 1)
    view = view_run(TENANT, run_id)
    assert [task.owner for task in view.open_tasks] == ["bob"]
    assert here.types(run_id).count("task.closed") == 120
    agrees(here, run_id)


def test_a_command_repeated_under_its_key_sends_the_run_once(here):
    here.publish(STEPS)
    run_id = start(here, "steps", amount=5).run.run_id
    once = here.caller("ops", command="move-1")
    settle(TENANT, move_run(once, run_id, "third"), PATIENCE)
    moved(here, run_id, "second")
    settle(TENANT, move_run(once, run_id, "third"), PATIENCE)
    assert here.types(run_id).count("run.moved") == 2
    assert read_run(TENANT, run_id).current_state == "second"


def test_the_engine_moves_a_run_only_while_its_reason_holds(here):
    here.publish(STEPS)
    run_id = start(here, "steps", amount=5).run.run_id
    asked = []

    def no(run):
        asked.append(run.current_state)
        return False

    told = {"actor": "sla", "reason": "overdue"}
    assert move_as(TENANT, run_id, "third", holds=no, **told) is None
    assert asked == ["first"]
    sent = move_as(TENANT, run_id, "third", holds=lambda run: run.current_state == "first", **told)
    settle(TENANT, sent, PATIENCE)
    assert [entry.actor for entry in here.history(run_id) if entry.type == "run.moved"] == ["sla"]
    agrees(here, run_id)


def test_a_run_that_fails_after_a_move_is_retried_in_its_generation(here):
    here.publish(BROKEN)
    view = start(here, "broken", who=[7])
    run_id = view.run.run_id
    move_run(here.caller("ops"), run_id, "second")
    wait_failed(here, run_id)
    retry_run(here.caller("ops"), run_id)
    wait_failed(here, run_id)
    run = read_run(TENANT, run_id)
    assert (run.generation, run.current_state) == (2, "second")
    agrees(here, run_id)
