"""A run begins again with the variables of its start."""

import pytest

from signoff.errors import Conflict
from signoff.runs.cancel import cancel_run
from signoff.runs.progress import settle
from signoff.runs.restart import restart_run
from signoff.tasks.decide import decide_task
from tests.support.world import TENANT
from tests.unit.engine.acting import PATIENCE, decide, start, task_of
from tests.unit.engine.definitions import BROKEN, CALLEE, CALLER, POOL
from tests.unit.engine.redirecting import STEPS, agrees, child_now, wait_failed


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
    decide_task(here.caller("bob"), view.open_tasks[0].task_id, "ok")
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
