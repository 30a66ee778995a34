"""Runs from their start to their end, through the engine's own services."""

import pytest

from signoff.errors import Conflict, Forbidden, Invalid, NotFound
from signoff.history.replay import rebuild
from signoff.runs import progress
from signoff.runs.cancel import cancel_run
from signoff.runs.comment import comment_run
from signoff.runs.progress import settle
from signoff.runs.start import start_run
from signoff.runs.view import view_run
from signoff.runs.waiting import wait_until
from signoff.tasks.claim import claim_task
from signoff.tasks.decide import decide_task
from signoff.tasks.release import release_task
from signoff.tasks.worklist import group_worklist, own_worklist
from tests.support.world import TENANT
from tests.unit.engine.acting import PATIENCE, open_tasks
from tests.unit.engine.definitions import DIRECT, ITEMS, PARALLEL, POOL


def start(here, key, user="alice", *groups):
    moved = start_run(here.caller(user, *groups), key, variables={}, document_ref="doc-1")
    return settle(TENANT, moved, PATIENCE)


def decide(here, user, task, outcome, **more):
    return settle(TENANT, decide_task(here.caller(user), task.task_id, outcome, **more), PATIENCE)


def test_a_direct_approval_goes_from_start_to_end(here):
    here.publish(DIRECT)
    view = start(here, "one-approval")
    (task,) = view.open_tasks
    assert (task.status, task.owner, view.run.current_state) == ("CLAIMED", "bob", "check")
    assert [entry.task_id for entry in mine(here, "bob")] == [task.task_id]

    view = decide(here, "bob", task, "APPROVE", comment="fine")
    assert (view.run.status, view.run.outcome, view.run.current_state) == (
        "COMPLETED",
        "APPROVED",
        "yes_",
    )
    assert view.open_tasks == []
    assert mine(here, "bob") == []
    assert here.types(view.run.run_id) == [
        "run.started",
        "step.entered",
        "task.opened",
        "task.decided",
        "step.entered",
        "run.completed",
    ]
    assert len(here.machines.entered(f"{view.run.run_id}-1")) == 2


def mine(here, user):
    return own_worklist(here.caller(user), limit=50, cursor=None).items


def offered(here, user, *groups):
    return group_worklist(here.caller(user, *groups), limit=50, cursor=None).items


def test_a_pool_task_is_claimed_released_decided_and_comes_back_for_rework(here):
    here.publish(POOL)
    view = start(here, "pool", "alice", "initiators")
    (task,) = view.open_tasks
    assert [entry.task_id for entry in offered(here, "bob", "reviewers", "legal")] == [task.task_id]

    claim_task(here.caller("bob", "legal"), task.task_id)
    assert offered(here, "eve", "reviewers") == []
    release_task(here.caller("bob"), task.task_id)
    assert mine(here, "bob") == []
    claim_task(here.caller("eve", "reviewers"), task.task_id)
    view = decide(here, "eve", task, "REJECT", comment="no 👎 — „nein“")
    assert view.run.current_state == "rework"

    claim_task(here.caller("alice", "initiators"), view.open_tasks[0].task_id)
    view = decide(here, "alice", view.open_tasks[0], "SUBMIT")
    assert view.run.current_state == "check"
    assert view.open_tasks[0].task_id != task.task_id
    claim_task(here.caller("bob", "legal"), view.open_tasks[0].task_id)
    view = decide(here, "bob", view.open_tasks[0], "APPROVE")
    assert view.run.outcome == "APPROVED"
    decided = [entry for entry in here.history(view.run.run_id) if entry.type == "task.decided"]
    assert decided[0].detail["comment"] == "no 👎 — „nein“"
    assert (decided[0].actor, decided[0].via) == ("eve", "key-1")


def test_history_alone_tells_the_state(here):
    here.publish(PARALLEL)
    view = start(here, "side-by-side")
    open_tasks(view.run.run_id, 2)
    view = view_run(TENANT, view.run.run_id)
    check_told(here, view)
    while view.open_tasks:
        task = view.open_tasks[0]
        view = decide(here, task.owner, task, "ok")
        check_told(here, view)
    assert view.run.status == "COMPLETED"


def check_told(here, view):
    told = rebuild(here.history(view.run.run_id))
    assert told.problems == []
    assert (told.status, told.current_state, told.outcome, told.sequence) == (
        view.run.status,
        view.run.current_state,
        view.run.outcome,
        view.run.sequence,
    )
    assert {task_id: (task.status, task.owner) for task_id, task in told.open_tasks.items()} == {
        task.task_id: (task.status, task.owner) for task in view.open_tasks
    }


def test_parallel_branches_join_and_the_answer_does_not_wait_for_siblings(here):
    here.publish(PARALLEL)
    view = start(here, "side-by-side")
    by_step = {task.step_id: task for task in open_tasks(view.run.run_id, 2)}
    assert set(by_step) == {"legal", "finance"}
    assert view_run(TENANT, view.run.run_id).run.current_state == "legal"
    moved = decide_task(here.caller("bob"), by_step["legal"].task_id, "ok")
    assert moved.waits is False
    assert view_run(TENANT, view.run.run_id).run.current_state == "finance"
    view = decide(here, "carol", by_step["finance"], "ok")
    assert view.run.current_state == "treasury"
    view = decide(here, "dave", view.open_tasks[0], "ok")
    assert view.run.current_state == "last"
    assert decide(here, "bob", view.open_tasks[0], "ok").run.outcome == "DONE"


def test_the_next_item_of_a_map_ends_the_wait(here, monkeypatch):
    """The answer does not wait until its time is over for the join behind all items."""
    ended = []

    def noting(done, seconds):
        ended.append(wait_until(done, seconds))
        return ended[-1]

    monkeypatch.setattr(progress, "wait_until", noting)
    here.publish(ITEMS)
    view = start(here, "items")
    for _ in range(3):
        (task,) = view.open_tasks
        view = decide(here, "ann", task, "complete")
        assert task.task_id not in [each.task_id for each in view.open_tasks]
    assert view.run.status == "COMPLETED"
    assert ended == [True] * 4


def test_who_may_not_does_not(here):
    here.publish(POOL)
    here.publish(DIRECT)
    with pytest.raises(Forbidden, match="initiator group"):
        start(here, "pool", "bob", "legal")
    with pytest.raises(NotFound, match="'nothing' not found"):
        start(here, "nothing")
    with pytest.raises(Invalid, match="blank"):
        start_run(here.caller("alice"), "pool", variables={}, document_ref="  ")
    (task,) = start(here, "pool", "alice", "initiators").open_tasks
    with pytest.raises(Forbidden, match="candidate group"):
        claim_task(here.caller("mallory", "other"), task.task_id)
    with pytest.raises(Conflict, match="decidable"):
        decide_task(here.caller("bob"), task.task_id, "APPROVE")
    with pytest.raises(Conflict, match="releasable"):
        release_task(here.caller("bob"), task.task_id)
    claim_task(here.caller("bob", "legal"), task.task_id)
    with pytest.raises(Conflict, match="claimable"):
        claim_task(here.caller("eve", "legal"), task.task_id)
    with pytest.raises(Forbidden, match="owner"):
        decide_task(here.caller("eve"), task.task_id, "APPROVE")
    with pytest.raises(Forbidden, match="owner"):
        release_task(here.caller("eve"), task.task_id)
    with pytest.raises(Invalid, match="Invalid outcome"):
        decide_task(here.caller("bob"), task.task_id, "MAYBE")
    (direct,) = start(here, "one-approval").open_tasks
    with pytest.raises(Conflict, match="releasable"):
        release_task(here.caller("bob"), direct.task_id)
    with pytest.raises(Invalid, match="comment is required"):
        decide_task(here.caller("bob"), direct.task_id, "reject", comment=" ")


def test_nothing_can_be_done_twice(here):
    here.publish(DIRECT)
    (task,) = start(here, "one-approval").open_tasks
    view = decide(here, "bob", task, "approve")
    with pytest.raises(Conflict):
        decide_task(here.caller("bob"), task.task_id, "reject", comment="late")
    with pytest.raises(Conflict):
        cancel_run(here.caller("alice"), view.run.run_id)


def test_a_command_repeated_under_its_id_answers_as_the_first_time(here):
    here.publish(POOL)
    alice = here.caller("alice", "initiators", command="start-1")
    first = start_run(alice, "pool", variables={}, document_ref="d")
    view = settle(TENANT, first, PATIENCE)
    assert start_run(alice, "pool", variables={}, document_ref="d").run_id == first.run_id
    (task,) = view.open_tasks
    claim = here.caller("bob", "legal", command="claim-1")
    assert claim_task(claim, task.task_id).owner == "bob"
    assert claim_task(claim, task.task_id).owner == "bob"
    verdict = here.caller("bob", command="decide-1")
    decide_task(verdict, task.task_id, "APPROVE")
    decide_task(verdict, task.task_id, "APPROVE")
    here.until(first.run_id, "COMPLETED")
    assert here.types(first.run_id).count("task.decided") == 1


def test_cancelling_withdraws_tasks_and_stops_the_machine(here):
    here.publish(PARALLEL)
    view = start(here, "side-by-side")
    open_tasks(view.run.run_id, 2)
    cancel_run(here.caller("alice"), view.run.run_id, "changed my mind")
    after = view_run(TENANT, view.run.run_id)
    assert (after.run.status, after.open_tasks, after.run.nudge) == ("CANCELLED", [], None)
    assert mine(here, "bob") == []
    assert here.machines.running() == []
    cancel_run(here.caller("alice"), view.run.run_id)
    assert here.types(view.run.run_id).count("run.cancelled") == 1
    here.reconcile_all()
    check_told(here, view_run(TENANT, view.run.run_id))


def test_comments_are_history_and_change_nothing_else(here):
    here.publish(DIRECT)
    view = start(here, "one-approval")
    entry = comment_run(here.caller("zoe"), view.run.run_id, "looks odd")
    assert (entry.type, entry.actor) == ("comment.added", "zoe")
    assert view_run(TENANT, view.run.run_id).open_tasks == view.open_tasks
    with pytest.raises(Invalid):
        comment_run(here.caller("zoe"), view.run.run_id, " ")
