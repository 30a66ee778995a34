"""A rejection is taken back: the step that rejected the run asks anew."""

import pytest

from signoff.errors import Conflict, Invalid
from signoff.runs.move import move_run
from signoff.runs.progress import settle
from signoff.runs.read import read_run
from signoff.runs.reverse import reverse_rejection
from tests.support.world import TENANT
from tests.unit.engine.acting import PATIENCE, decide, start, task_of
from tests.unit.engine.redirecting import STEPS, agrees


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
