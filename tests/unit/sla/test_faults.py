"""A worker may die at any call, and people may decide meanwhile: everything happens once."""

import threading
from contextlib import suppress

import pytest

from signoff.errors import Conflict, Forbidden
from signoff.history.replay import rebuild
from signoff.runs.read import read_run
from signoff.runs.sweep import sweep
from signoff.sla.act import act_on_task
from signoff.storage.store import state
from signoff.storage.transaction import Transaction
from signoff.tasks.decide import decide_task
from signoff.tasks.delegate import delegate_task
from tests.support.world import TENANT, Killed
from tests.unit.engine.acting import open_tasks, start
from tests.unit.sla.deadlines import definition, fire, now, put_user

TELLS = "[{action: remind}, {action: notifyAdmin}]"
HANDS = "[{action: remind}, {action: reassign, to: {users: [carol]}}]"
DECIDES = "[{action: remind}, {action: decide, outcome: REJECT}]"
MOVES = "[{action: remind}, {action: goTo, step: Board}]"
BOARD = """
  - id: Board
    type: task
    config: {candidates: {groups: [board]}}
"""
# More than any of them makes; a place beyond the last call kills nothing and ends the search.
MOST_CALLS = 40


def begun(here, on_breach):
    """A run that stands at the approval, with bob's task that is amber."""
    text = definition(on_breach, kind="direct", more=BOARD)
    text = text.replace("REJECT: {next: Rejected}", "REJECT: {next: Rejected}, ASK: {next: Board}")
    view = start(here, here.publish(text))
    (task,) = open_tasks(view.run.run_id, 1)
    fire(task)
    return view.run.run_id, task


def make_all_due(run_id):
    """Let the time pass in which schedules come and whoever is alive makes their own nudges."""
    run = read_run(TENANT, run_id)
    for item in state().query_all(run.partition):
        if "nudgeAt" in item:
            writes = Transaction()
            key = item["PK"], item["SK"]
            writes.update(state(), key, set_={"nudgeAt": "2020-01-01T00:00:00.000Z"})
            writes.commit()


def told(here, run_id):
    """What happened, without what only a new execution adds."""
    return [type_ for type_ in here.types(run_id) if type_ not in ("run.completed",)]


@pytest.mark.parametrize("on_breach", [TELLS, HANDS, DECIDES, MOVES])
def test_a_worker_that_dies_at_any_call_is_made_good(here, on_breach):
    run_id, task = begun(here, on_breach)
    fire(task, task.due_at)
    settled(here, run_id, on_breach)
    expected = sorted(told(here, run_id))

    for place in [(call, after) for call in range(1, MOST_CALLS) for after in (False, True)]:
        run_id, task = begun(here, on_breach)
        killed = False
        with here.faults.watching(place):
            try:
                fire(task, task.due_at)
            except Killed:
                killed = True
        make_all_due(run_id)
        here.sweep_now()
        fire(task, task.warn_at)
        fire(task, task.due_at)
        settled(here, run_id, on_breach)
        assert sorted(told(here, run_id)) == expected, f"killed at {place}"
        assert not rebuild(here.history(run_id)).problems
        if not killed:
            return
    raise AssertionError("it makes more calls than that")


def settled(here, run_id, on_breach):
    """Wait until the run has come to rest."""
    if on_breach == DECIDES:
        here.until(run_id, "COMPLETED")
    else:
        (task,) = open_tasks(run_id, 1)
        assert (task.step_id == "Board") == (on_breach == MOVES)


def test_a_lost_schedule_is_made_up_for_by_the_sweep(here):
    run_id, _ = begun(here, TELLS)
    assert sweep_all(here) == 0
    make_all_due(run_id)
    assert sweep_all(here) == 1
    assert here.types(run_id)[-3:] == ["task.breached", "sla.acted", "sla.acted"]
    assert sweep_all(here) == 0


def sweep_all(here):
    """How many timers a sweep made up for."""
    return here.sweep_now().get("timer", 0)


def test_what_the_index_still_shows_and_is_not_due_any_more_is_left_alone(here):
    run_id, task = begun(here, TELLS)
    before = here.types(run_id)
    stale = now(task)
    stale.timer_at = task.warn_at
    act_on_task(stale)
    assert here.types(run_id) == before


@pytest.mark.parametrize("round_", range(4))
def test_a_timer_and_a_person_at_once_have_one_winner_and_history_says_which(here, round_):
    run_id, task = begun(here, DECIDES)
    refused = []

    def person():
        try:
            decide_task(here.caller("bob"), task.task_id, "APPROVE")
        except (Conflict, Forbidden) as error:
            refused.append(error)

    threads = [threading.Thread(target=each) for each in (person, lambda: fire(task, task.due_at))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(20)
    here.until(run_id, "COMPLETED")
    (decided,) = [entry for entry in here.history(run_id) if entry.type == "task.decided"]
    assert (decided.actor, decided.detail["outcome"]) == (
        ("system:sla", "REJECT") if refused else ("bob", "APPROVE")
    )
    assert read_run(TENANT, run_id).outcome == ("REJECTED" if refused else "APPROVED")
    assert not rebuild(here.history(run_id)).problems


def test_a_decision_between_the_telling_and_the_deed_wins(here, monkeypatch):
    run_id, task = begun(here, DECIDES)
    from signoff.sla import act, deeds

    def late(*arguments):
        with suppress(Conflict):
            decide_task(here.caller("bob"), task.task_id, "APPROVE")
        deeds.do(*arguments)

    monkeypatch.setattr(act, "do", late)
    fire(task)
    here.until(run_id, "COMPLETED")
    assert read_run(TENANT, run_id).outcome == "APPROVED"
    assert here.types(run_id).count("task.decided") == 1


def test_delegation_does_not_stop_the_clock_and_the_delegate_is_reminded(here):
    put_user("bob")
    put_user("carol")
    run_id, task = begun(here, TELLS)
    delegated = delegate_task(here.caller("bob"), task.task_id, "carol")
    assert (delegated.owner, delegated.due_at) == ("carol", task.due_at)
    assert delegated.timer_at == now(task).timer_at == task.due_at
    fire(task)
    reminder = next(entry for entry in here.history(run_id) if entry.type == "sla.acted")
    assert reminder.detail["to"] == {"users": ["carol"], "groups": []}
    assert "timer" not in sweep(0.0, act_on_task)
