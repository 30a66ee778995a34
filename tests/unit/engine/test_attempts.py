"""A run outlives its executions, and one that failed can be retried."""

import pytest

from signoff.errors import Conflict
from signoff.history.replay import rebuild
from signoff.runs.attempts import MAX_STALLED
from signoff.runs.model import DocumentVersion
from signoff.runs.progress import settle
from signoff.runs.read import read_run
from signoff.runs.retry import retry_run
from signoff.runs.start import start_run
from signoff.tasks.decide import decide_task
from tests.support.waiting import until
from tests.support.world import TENANT
from tests.unit.engine.acting import begin, decide, open_tasks, start, task_of
from tests.unit.engine.definitions import BROKEN, CALLEE, CALLER, DIRECT, PARALLEL, POOL


def test_a_run_goes_on_after_its_execution_was_stopped_and_nobody_is_asked_twice(here):
    here.publish(POOL)
    view = start(here, "pool", "alice", "initiators")
    here.machines.abort_all()
    here.reconcile_all()
    (again,) = open_tasks(view.run.run_id, 1)
    assert again == view.open_tasks[0]
    run = read_run(TENANT, view.run.run_id)
    assert (run.attempt, run.status) == (2, "RUNNING")
    assert here.types(run.run_id).count("task.opened") == 1


def test_a_decision_whose_machine_died_before_it_heard_of_it_counts(here):
    here.publish(DIRECT)
    view = start(here, "one-approval")
    (task,) = view.open_tasks
    here.machines.abort_all()
    decide_task(here.caller("bob"), task.task_id, "approve")
    here.reconcile_all()
    here.until(view.run.run_id, "COMPLETED")
    assert here.types(view.run.run_id).count("task.decided") == 1
    assert read_run(TENANT, view.run.run_id).outcome == "APPROVED"


def test_branches_that_were_decided_stay_decided_in_the_next_attempt(here):
    here.publish(PARALLEL)
    view = start(here, "side-by-side")
    tasks = {task.step_id: task for task in open_tasks(view.run.run_id, 2)}
    decide(here, "carol", tasks["finance"], "ok")
    here.machines.abort_all()
    here.reconcile_all()
    left = {task.step_id for task in open_tasks(view.run.run_id, 2)}
    assert left == {"legal", "treasury"}
    for step, person in (("legal", "bob"), ("treasury", "dave"), ("last", "bob")):
        decide(here, person, task_of(view.run.run_id, step), "ok")
        here.machines.abort_all()
        here.reconcile_all()
    here.until(view.run.run_id, "COMPLETED")
    entries = here.history(view.run.run_id)
    assert [entry.type for entry in entries].count("task.opened") == 4
    assert [entry.type for entry in entries].count("task.decided") == 4
    assert rebuild(entries).problems == []


def test_a_lost_execution_is_found_by_the_sweep(here):
    here.publish(DIRECT)
    view = start(here, "one-approval")
    here.machines.abort_all()
    here.machines.ended.clear()  # the event never came
    run = read_run(TENANT, view.run.run_id)
    assert run.nudge == "check"
    make_due(run)
    assert here.sweep_now()["check"] == 1
    here.until(run.run_id, "RUNNING")
    assert read_run(TENANT, run.run_id).attempt == 2


def make_due(run):
    """As if the time of its check had come."""
    from signoff.storage.store import state
    from signoff.storage.transaction import Transaction

    change = Transaction()
    change.update(state(), run.key, set_={"nudgeAt": "2020-01-01T00:00:00.000Z"})
    change.commit()


def test_a_healthy_run_is_left_alone_by_the_sweep(here):
    here.publish(DIRECT)
    view = start(here, "one-approval")
    make_due(view.run)
    assert here.sweep_now() == {"check": 1}
    after = read_run(TENANT, view.run.run_id)
    assert (after.attempt, after.sequence) == (1, view.run.sequence)
    assert here.sweep_now() == {}


def test_attempts_that_reach_nothing_end_in_failure(here, monkeypatch):
    here.publish(DIRECT)

    def broken(payload, context):
        raise RuntimeError("out of memory")

    here.machines._functions["arn:step:open_tasks"] = broken
    run_id = begin(here, "one-approval")
    for _ in range(MAX_STALLED + 2):
        wait_for_end(here)
        here.reconcile_all()
        run = read_run(TENANT, run_id)
        if run.status != "RUNNING":
            break
        if run.stalled > 1:
            assert here.sweep_now() == {}  # not yet
            make_due(run)
            here.sweep_now()
    run = read_run(TENANT, run_id)
    assert (run.status, run.attempt) == ("FAILED", MAX_STALLED + 1)
    assert run.error["error"] == "RuntimeError"


def wait_for_end(here):
    until(lambda: here.machines.ended)


def reconcile_until(here, run_id, status):
    """Deliver the ends of executions until the run has that status."""

    def there():
        here.reconcile_all()
        return read_run(TENANT, run_id).status == status

    until(there)


def test_a_run_whose_own_logic_failed_says_why_and_goes_on_when_retried(here):
    here.publish(BROKEN)
    view = start(here, "broken", who=[7])
    decide_task(here.caller("bob"), view.open_tasks[0].task_id, "ok")
    wait_for_end(here)
    here.reconcile_all()
    run = read_run(TENANT, view.run.run_id)
    assert run.status == "FAILED"
    assert run.error["error"] == "StepFailed"
    assert run.error["cause"] == "candidates must be names of 1 to 256 characters"
    assert run.error["step"] == "second"
    assert here.types(run.run_id)[-1] == "run.failed"

    settle(TENANT, retry_run(here.caller("admin"), run.run_id), 0)
    wait_for_end(here)
    here.reconcile_all()
    assert read_run(TENANT, run.run_id).status == "FAILED"
    assert here.types(run.run_id).count("task.decided") == 1
    assert here.types(run.run_id).count("task.opened") == 1


def test_only_a_failed_run_is_retried(here):
    here.publish(DIRECT)
    view = start(here, "one-approval")
    with pytest.raises(Conflict, match="not failed"):
        retry_run(here.caller("admin"), view.run.run_id)


def test_a_sub_workflow_gives_its_result_back(here):
    here.publish(CALLEE)
    here.publish(CALLER)
    view = start(here, "caller", amount=4)
    child_id = child_of(view.run.run_id)
    (inner,) = open_tasks(child_id, 1)
    decide(here, "carol", inner, "ok")
    (last,) = open_tasks(view.run.run_id, 1)
    assert decide(here, "bob", last, "ok").run.result == 9
    child = read_run(TENANT, child_id)
    assert (child.status, child.outcome, child.initiator) == ("COMPLETED", "FINE", "alice")


def test_a_sub_workflow_is_about_the_same_version_of_the_document(here):
    here.publish(CALLEE)
    here.publish(CALLER)
    pinned = DocumentVersion(3, "ab" * 32)
    moved = start_run(
        here.caller("alice"),
        "caller",
        variables={"amount": 4},
        document_ref="d",
        document_version=pinned,
    )
    open_tasks(child_of(moved.run_id), 1)
    child = read_run(TENANT, child_of(moved.run_id))
    assert child.document_version == read_run(TENANT, moved.run_id).document_version == pinned


def child_of(run_id):
    from signoff.runs.ids import derived_run_id

    return derived_run_id(run_id, "sub#1")


def test_a_sub_workflow_outlives_executions_as_its_parent_does(here):
    here.publish(CALLEE)
    here.publish(CALLER)
    view = start(here, "caller", amount=4)
    (inner,) = open_tasks(child_of(view.run.run_id), 1)
    here.machines.abort_all()
    here.reconcile_all()
    decide(here, "carol", inner, "ok")
    (last,) = open_tasks(view.run.run_id, 1)
    assert decide(here, "bob", last, "ok").run.status == "COMPLETED"


def test_cancelling_the_parent_cancels_the_child(here):
    from signoff.runs.cancel import cancel_run

    here.publish(CALLEE)
    here.publish(CALLER)
    view = start(here, "caller", amount=4)
    open_tasks(child_of(view.run.run_id), 1)
    cancel_run(here.caller("alice"), view.run.run_id)
    assert read_run(TENANT, child_of(view.run.run_id)).status == "CANCELLED"
    assert here.machines.running() == []


def test_a_missing_sub_workflow_fails_the_run_and_a_retry_finds_it_later(here):
    here.publish(CALLER)
    run_id = begin(here, "caller", amount=4)
    wait_for_end(here)
    here.reconcile_all()
    run = read_run(TENANT, run_id)
    assert run.status == "FAILED"
    assert "callee" in run.error["cause"]
    here.publish(CALLEE)
    retry_run(here.caller("admin"), run.run_id)
    (inner,) = open_tasks(child_of(run.run_id), 1)
    decide(here, "carol", inner, "ok")
    (last,) = open_tasks(run.run_id, 1)
    assert decide(here, "bob", last, "ok").run.result == 9


def test_retrying_a_failed_child_through_its_parent(here):
    here.publish(CALLEE.replace("{users: [carol]}", '"{% [7] %}"'))
    here.publish(CALLER)
    run_id = begin(here, "caller", amount=4)
    reconcile_until(here, run_id, "FAILED")
    child = read_run(TENANT, child_of(run_id))
    parent = read_run(TENANT, run_id)
    assert (child.status, parent.status) == ("FAILED", "FAILED")
    assert parent.error["error"] == "ChildFailed"
    retry_run(here.caller("admin"), parent.run_id)
    reconcile_until(here, run_id, "FAILED")
    assert here.types(child.run_id).count("run.retried") == 1
    assert here.types(child.run_id).count("run.failed") == 2


def test_the_definitions_own_retry_runs_a_failed_child_again(here):
    failing = CALLEE.replace("{users: [carol]}", '"{% [7] %}"')
    here.publish(failing)
    here.publish(CALLER.replace("output: answer", "output: answer\n    retry: {attempts: 2}"))
    run_id = begin(here, "caller", amount=4)
    reconcile_until(here, run_id, "FAILED")
    assert here.types(child_of(run_id)).count("run.failed") == 3
