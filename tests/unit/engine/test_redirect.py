"""Moving, restarting and reversing: a run goes on elsewhere, and nothing of before is left."""

import threading
import time
from contextlib import suppress

import pytest

from signoff.definitions.store import read_version
from signoff.errors import Conflict, Invalid, NotFound
from signoff.history.replay import rebuild
from signoff.runs import redirect
from signoff.runs.cancel import cancel_run
from signoff.runs.ids import derived_run_id
from signoff.runs.move import move_as, move_run
from signoff.runs.progress import settle
from signoff.runs.read import read_run
from signoff.runs.restart import restart_run
from signoff.runs.retry import retry_run
from signoff.runs.reverse import reverse_rejection
from signoff.runs.view import view_run
from signoff.storage.clients import client
from signoff.tasks.claim import claim_task
from signoff.tasks.decide import decide_task
from tests.support.world import TENANT
from tests.unit.engine.acting import PATIENCE, decide, open_tasks, start, task_of
from tests.unit.engine.definitions import (
    AUTOMATIC,
    BROKEN,
    CALLEE,
    CALLER,
    DIRECT,
    PARALLEL,
    POOL,
)

STEPS = """
key: steps
name: Steps
parameters: {type: object, properties: {amount: {type: number}}}
steps:
  - id: first
    type: approval
    config:
      mode: direct
      candidates: {users: [bob]}
      outcomes: {ok: {}, reject: {next: tell}}
  - id: big
    type: condition
    config: {branches: [{when: "{% amount > 10 %}", next: second}], otherwise: third}
  - id: second
    type: approval
    config: {mode: direct, candidates: {users: [carol]}, outcomes: {ok: {}, reject: {next: tell}}}
  - id: third
    type: approval
    config: {mode: direct, candidates: {users: [dave]}, outcomes: {ok: {next: done}}}
  - {id: tell, type: notify, config: {event: refused, message: "No, says {{first.actor}}"}}
  - {id: no_, type: end, config: {outcome: REJECTED}}
  - {id: done, type: end, config: {outcome: DONE, result: "{% amount %}"}}
"""

MANY = """
key: many
name: Many
parameters: {type: object, properties: {who: {type: array}}}
steps:
  - id: vote
    type: approval
    config:
      mode: direct
      candidates: "{% who %}"
      quorum: {approve: all, reject: all}
      outcomes: {approve: {next: last}, reject: {next: last}}
      otherwise: last
  - id: last
    type: approval
    config: {mode: direct, candidates: {users: [bob]}, outcomes: {ok: {next: done}}}
  - {id: done, type: end, config: {outcome: DONE}}
"""


def patiently(holds, seconds=60):
    """Wait, bounded, until ``holds``; many tasks take their time on a busy machine."""
    deadline = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < deadline, "it does not come to hold"
        time.sleep(0.05)


def child_now(run_id):
    """The sub-workflow that the run waits for."""
    run = read_run(TENANT, run_id)
    (step,) = [place for place in run.open_steps.values() if place.type == "workflow"]
    return derived_run_id(run_id, step.path)


def moved(here, run_id, step, reason=None):
    return settle(TENANT, move_run(here.caller("ops"), run_id, step, reason), PATIENCE)


def agrees(here, run_id):
    """History alone tells what is stored."""
    view = view_run(TENANT, run_id)
    told = rebuild(here.history(run_id))
    assert told.problems == []
    assert (told.status, told.outcome, told.current_state, told.attempt, told.generation) == (
        view.run.status,
        view.run.outcome,
        view.run.current_state,
        view.run.attempt,
        view.run.generation,
    )
    assert set(told.open_tasks) == {task.task_id for task in view.open_tasks} == listed(run_id)
    assert (view.run.left, view.run.left_executions) == ({}, [])
    return view


def listed(run_id):
    """The run's tasks in all worklists."""
    found, start_at = set(), {}
    while start_at is not None:
        page = client("dynamodb").scan(TableName="state", **start_at)
        found |= {
            item["taskId"]["S"]
            for item in page["Items"]
            if ("#G#" in item["PK"]["S"] or "#U#" in item["PK"]["S"])
            and item["runId"]["S"] == run_id
        }
        last = page.get("LastEvaluatedKey")
        start_at = {"ExclusiveStartKey": last} if last else None
    return found


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
    decide(here, "bob", view.open_tasks[0], "ok")
    run_id = view.run.run_id
    wait_failed(here, run_id)
    view = moved(here, run_id, "first")
    assert (view.run.status, view.run.error, view.run.ended_at) == ("RUNNING", None, None)
    assert [task.step_id for task in view.open_tasks] == ["first"]
    agrees(here, run_id)


def wait_failed(here, run_id):
    deadline = time.monotonic() + PATIENCE
    while read_run(TENANT, run_id).status != "FAILED":
        here.reconcile_all()
        assert time.monotonic() < deadline
        time.sleep(0.02)


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
    patiently(lambda: len(view_run(TENANT, run_id).open_tasks) == 120)
    move_run(here.caller("ops"), run_id, "last")
    assert open_tasks(run_id, 1)
    view = view_run(TENANT, run_id)
    assert [task.owner for task in view.open_tasks] == ["bob"]
    assert here.types(run_id).count("task.closed") == 120
    agrees(here, run_id)


def test_a_restart_begins_with_the_variables_of_the_start(here):
    here.publish(STEPS)
    run_id = start(here, "steps", amount=50).run.run_id
    decide(here, "bob", task_of(run_id, "first"), "ok")
    decide(here, "carol", task_of(run_id, "second"), "ok")
    decide(here, "dave", task_of(run_id, "third"), "ok")
    here.until(run_id, "COMPLETED")
    view = settle(TENANT, restart_run(here.caller("ops"), run_id, "once more"), PATIENCE)
    assert (view.run.status, view.run.outcome, view.run.result) == ("RUNNING", None, None)
    assert [task.step_id for task in view.open_tasks] == ["first"]
    agrees(here, run_id)
    decide(here, "bob", task_of(run_id, "first"), "ok")
    assert task_of(run_id, "second").status == "CLAIMED"
    agrees(here, run_id)


def test_a_cancelled_a_running_and_a_failed_run_begin_again(here):
    here.publish(POOL)
    for prepare in (lambda run_id: None, lambda run_id: cancel_run(here.caller("alice"), run_id)):
        run_id = start(here, "pool", "alice", "initiators").run.run_id
        prepare(run_id)
        view = settle(TENANT, restart_run(here.caller("ops"), run_id), PATIENCE)
        assert [task.step_id for task in view.open_tasks] == ["check"]
        agrees(here, run_id)
    here.publish(BROKEN)
    view = start(here, "broken", who=[7])
    decide(here, "bob", view.open_tasks[0], "ok")
    wait_failed(here, view.run.run_id)
    view = settle(TENANT, restart_run(here.caller("ops"), view.run.run_id), PATIENCE)
    assert [task.step_id for task in view.open_tasks] == ["first"]
    agrees(here, view.run.run_id)


def test_a_sub_workflow_is_not_restarted_by_itself(here):
    here.publish(CALLEE)
    here.publish(CALLER)
    run_id = start(here, "caller", amount=1).run.run_id
    with pytest.raises(Conflict):
        restart_run(here.caller("ops"), child_now(run_id))


def test_a_reversed_rejection_goes_back_to_who_rejected_it(here):
    here.publish(STEPS)
    run_id = start(here, "steps", amount=50).run.run_id
    decide(here, "bob", task_of(run_id, "first"), "ok")
    decide(here, "carol", task_of(run_id, "second"), "reject")
    here.until(run_id, "COMPLETED")
    with pytest.raises(Invalid):
        reverse_rejection(here.caller("ops"), run_id, " ")
    view = settle(TENANT, reverse_rejection(here.caller("ops"), run_id, "a mistake"), PATIENCE)
    (task,) = view.open_tasks
    assert (task.step_id, view.run.status, view.run.outcome) == ("second", "RUNNING", None)
    agrees(here, run_id)
    decide(here, "carol", task, "ok")
    decide(here, "dave", task_of(run_id, "third"), "ok")
    here.until(run_id, "COMPLETED")
    assert agrees(here, run_id).run.outcome == "DONE"


def test_only_a_rejection_by_a_decision_is_reversed(here):
    here.publish(STEPS)
    run_id = start(here, "steps", amount=5).run.run_id
    with pytest.raises(Conflict):
        reverse_rejection(here.caller("ops"), run_id, "why not")
    move_run(here.caller("ops"), run_id, "tell")
    here.until(run_id, "COMPLETED")
    assert read_run(TENANT, run_id).outcome == "REJECTED"
    with pytest.raises(Conflict, match="No decision"):
        reverse_rejection(here.caller("ops"), run_id, "why not")


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


def test_of_a_move_and_a_decision_at_once_one_wins(here):
    here.publish(STEPS)
    for _ in range(4):
        view = start(here, "steps", amount=5)
        (task,) = view.open_tasks
        run_id = view.run.run_id
        threads = [
            threading.Thread(target=quietly, args=(move_run, here.caller("ops"), run_id, "first")),
            threading.Thread(
                target=quietly, args=(decide_task, here.caller("bob"), task.task_id, "ok")
            ),
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(PATIENCE)
        assert [each.step_id for each in open_tasks(run_id, 1)] == ["first"]
        decided = here.types(run_id).count("task.decided")
        closed = [e for e in here.history(run_id) if e.type == "task.closed"]
        assert sum(1 for e in closed if e.detail["taskId"] == task.task_id) == 1 - decided
        agrees(here, run_id)


def quietly(act, *arguments):
    with suppress(Conflict):
        act(*arguments)


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


def at_once(*acts):
    """Let threads do ``acts`` side by side; whoever comes too late gets a Conflict."""
    threads = [threading.Thread(target=quietly, args=act) for act in acts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(PATIENCE)


def test_of_a_move_and_a_claim_at_once_nobody_keeps_what_was_taken_back(here):
    here.publish(POOL)
    for _ in range(3):
        view = start(here, "pool", "alice", "initiators")
        (task,) = view.open_tasks
        run_id = view.run.run_id
        at_once(
            (move_run, here.caller("ops"), run_id, "rework"),
            (claim_task, here.caller("bob", "legal"), task.task_id),
        )
        assert [each.step_id for each in open_tasks(run_id, 1)] == ["rework"]
        agrees(here, run_id)


def test_a_cancellation_ends_a_run_whatever_moves_it(here):
    here.publish(STEPS)
    for _ in range(3):
        run_id = start(here, "steps", amount=5).run.run_id
        at_once(
            (move_run, here.caller("ops"), run_id, "third"),
            (cancel_run, here.caller("alice"), run_id),
        )
        assert read_run(TENANT, run_id).status == "CANCELLED"
        here.reconcile_all()
        here.sweep_now()
        assert agrees(here, run_id).open_tasks == []


def test_a_move_that_a_cancellation_comes_before_is_refused_like_any_other(here, monkeypatch):
    here.publish(STEPS)
    run_id = start(here, "steps", amount=5).run.run_id

    def meanwhile(*wanted):
        if read_run(TENANT, run_id).status == "RUNNING":
            cancel_run(here.caller("alice"), run_id)
        return read_version(*wanted)

    monkeypatch.setattr(redirect, "read_version", meanwhile)
    with pytest.raises(Conflict):
        move_run(here.caller("ops"), run_id, "third")
    assert read_run(TENANT, run_id).status == "CANCELLED"


def test_of_two_moves_at_once_the_later_one_stands(here):
    here.publish(STEPS)
    run_id = start(here, "steps", amount=5).run.run_id
    at_once(
        (move_run, here.caller("ops"), run_id, "second"),
        (move_run, here.caller("ops"), run_id, "third"),
    )
    last = [entry for entry in here.history(run_id) if entry.type == "run.moved"][-1]
    assert last.detail["generation"] == 3
    assert task_of(run_id, last.detail["to"]).status == "CLAIMED"
    here.reconcile_all()
    agrees(here, run_id)
