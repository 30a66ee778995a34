"""A move and something else at once: one wins, and nothing is left between them."""

import pytest

from signoff.definitions.store import read_version
from signoff.errors import Conflict
from signoff.runs import redirect
from signoff.runs.cancel import cancel_run
from signoff.runs.move import move_run
from signoff.runs.read import read_run
from signoff.tasks.claim import claim_task
from signoff.tasks.decide import decide_task
from tests.support.world import TENANT
from tests.unit.engine.acting import open_tasks, start, task_of
from tests.unit.engine.definitions import POOL
from tests.unit.engine.redirecting import STEPS, agrees, at_once


def test_of_a_move_and_a_decision_at_once_one_wins(here):
    here.publish(STEPS)
    for _ in range(4):
        view = start(here, "steps", amount=5)
        (task,) = view.open_tasks
        run_id = view.run.run_id
        at_once(
            (move_run, here.caller("ops"), run_id, "first"),
            (decide_task, here.caller("bob"), task.task_id, "ok"),
        )
        assert [each.step_id for each in open_tasks(run_id, 1)] == ["first"]
        decided = here.types(run_id).count("task.decided")
        closed = [e for e in here.history(run_id) if e.type == "task.closed"]
        assert sum(1 for e in closed if e.detail["taskId"] == task.task_id) == 1 - decided
        agrees(here, run_id)


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
