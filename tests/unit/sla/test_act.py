"""What a deadline does to an open task, and that it does it once."""

import pytest

from signoff.clock import timestamp
from signoff.directory.user import Absence
from signoff.errors import Conflict
from signoff.history.replay import rebuild
from signoff.runs.read import read_run
from signoff.sla.act import act_on_timer
from signoff.tasks.claim import claim_task
from signoff.tasks.decide import decide_task
from signoff.tasks.release import release_task
from tests.support.world import TENANT
from tests.unit.engine.acting import begin, decide, open_tasks, start
from tests.unit.engine.test_attempts import wait_for_end
from tests.unit.sla.deadlines import acted, definition, fire, fire_all, moments, now, put_user

CHAIN = """[
  {action: remind, message: Please look},
  {action: notifyManager, after: PT4H},
  {action: notifyAdmin, after: P1D}]"""


def begun(here, text, user="alice"):
    """A run of the definition, and its first task."""
    view = start(here, here.publish(text), user)
    (task,) = open_tasks(view.run.run_id, 1)
    return view.run.run_id, task


def test_a_task_opens_with_its_deadline_and_its_first_timer(here):
    run_id, task = begun(here, definition())
    assert (task.due_at, task.timer_at) == (moments(task)[1], task.warn_at)
    assert task.opened_at < task.warn_at < task.due_at
    (opened,) = [entry for entry in here.history(run_id) if entry.type == "task.opened"]
    assert opened.detail["dueAt"] == task.due_at


def test_a_chain_goes_from_the_assignee_to_the_manager_to_the_administrators(here):
    put_user("bob", manager="erin")
    put_user("erin")
    run_id, task = begun(here, definition(CHAIN, kind="direct", on_warn="[{action: remind}]"))
    later = moments(task)
    for _ in later:
        fire(task)
    assert acted(here, run_id) == [
        ("task.warned", None, None),
        ("sla.acted", "remind", ["bob"]),
        ("task.breached", None, None),
        ("sla.acted", "remind", ["bob"]),
        ("sla.acted", "notifyManager", ["erin"]),
        ("sla.acted", "notifyAdmin", ["#administrators"]),
    ]
    reminder = here.history(run_id)[-3].detail
    assert (reminder["message"], reminder["dueAt"]) == ("Please look", task.due_at)
    # It was informational: nothing has moved, and nobody's task was taken.
    assert now(task).status == "CLAIMED"
    assert (now(task).timer_at, now(task).alerts) == (None, len(later))
    assert decide(here, "bob", task, "APPROVE").run.outcome == "APPROVED"
    assert not rebuild(here.history(run_id)).problems


@pytest.mark.parametrize(
    ("kind", "manager", "told"),
    [
        ("direct", None, ["#administrators"]),
        ("direct", "erin", ["erin"]),
        ("pool", "erin", ["#administrators"]),
    ],
)
def test_where_there_is_no_manager_administrators_are_told(here, kind, manager, told):
    put_user("bob", manager=manager)
    put_user("erin")
    run_id, task = begun(here, definition("[{action: notifyManager}]", kind=kind))
    fire(task)
    fire(task)
    assert acted(here, run_id)[-1] == ("sla.acted", "notifyManager", told)


def test_an_open_pool_is_reminded_as_a_pool_and_a_claimed_one_its_owner(here):
    run_id, task = begun(here, definition("[{action: remind}]", on_warn="[{action: remind}]"))
    fire(task)
    claim_task(here.caller("bob", "legal"), task.task_id)
    fire(task)
    told = [entry for entry in acted(here, run_id) if entry[0] == "sla.acted"]
    assert told == [("sla.acted", "remind", ["#legal"]), ("sla.acted", "remind", ["bob"])]


def test_whoever_the_definition_names_is_told_with_values_of_the_run(here):
    action = (
        '{action: notify, to: {users: ["{{initiator}}"], groups: [audit]}, message: "{{runId}}"}'
    )
    run_id, task = begun(here, definition(f"[{action}]"))
    fire_all(task)
    assert acted(here, run_id)[-1] == ("sla.acted", "notify", ["alice", "#audit"])
    assert here.history(run_id)[-1].detail["message"] == run_id


def test_a_long_message_is_cut_where_it_becomes_a_decisions_comment(here):
    action = '[{action: decide, outcome: REJECT, message: \'{% $pad("x", 9000, "x") %}\'}]'
    run_id, task = begun(here, definition(action))
    fire_all(task)
    (entry,) = [entry for entry in here.history(run_id) if entry.type == "task.decided"]
    assert entry.detail["comment"] == "x" * 4000
    here.until(run_id, "COMPLETED")


def test_a_timer_that_comes_twice_acts_once(here):
    run_id, task = begun(here, definition(CHAIN))
    at = fire(task)
    before = here.types(run_id)
    fire(task, at)
    assert here.types(run_id) == before


@pytest.mark.parametrize("at", ["2020-01-01T00:00:00.000Z", "2099-01-01T00:00:00.000Z"])
def test_a_timer_for_another_moment_does_nothing(here, at):
    run_id, task = begun(here, definition(CHAIN))
    before = here.types(run_id)
    fire(task, at)
    assert here.types(run_id) == before


def test_a_timer_after_the_decision_does_nothing(here):
    run_id, task = begun(here, definition("[{action: decide, outcome: REJECT}]", kind="direct"))
    decide(here, "bob", task, "APPROVE")
    before = here.types(run_id)
    fire(task, task.timer_at)
    assert here.types(run_id) == before


def test_a_timer_of_a_run_that_is_nowhere_does_nothing(here):
    run_id, task = begun(here, definition())
    other = task.task_id.replace(task.task_id[:8], "00000000")
    act_on_timer({"tenant": TENANT, "taskId": other, "timerAt": task.timer_at})
    act_on_timer({"tenant": "other", "taskId": task.task_id, "timerAt": task.timer_at})
    assert "task.warned" not in here.types(run_id)


def test_a_timer_that_is_very_late_makes_up_for_all_that_it_missed(here):
    text = definition("[{action: remind}, {action: decide, outcome: REJECT}]", kind="direct")
    text = text.replace("PT48H", timestamp()[:19] + "Z")
    run_id, task = begun(here, text)
    fire(task)
    assert here.types(run_id)[3:6] == ["task.breached", "sla.acted", "task.decided"]
    here.until(run_id, "COMPLETED")


def test_claim_and_release_do_not_stop_the_clock(here):
    _, task = begun(here, definition())
    claimed = claim_task(here.caller("bob", "legal"), task.task_id)
    released = release_task(here.caller("bob", "legal"), task.task_id)
    for each in (claimed, released):
        assert (each.due_at, each.warn_at, each.timer_at) == (
            task.due_at,
            task.warn_at,
            task.timer_at,
        )


def test_the_deadline_reassigns_the_task_and_the_former_owner_has_no_say_any_more(here):
    action = "[{action: reassign, to: {users: [carol]}, message: Too slow}]"
    run_id, task = begun(here, definition(action, kind="direct"))
    fire_all(task)
    moved = now(task)
    assert (moved.owner, moved.formerly, moved.timer_at) == ("carol", ("bob",), None)
    assert moved.due_at == task.due_at
    entry = here.history(run_id)[-1]
    assert (entry.type, entry.actor, entry.detail["reason"]) == (
        "task.reassigned",
        "system:sla",
        "Too slow",
    )
    assert decide(here, "carol", task, "APPROVE").run.outcome == "APPROVED"


def test_the_deadline_gives_the_task_to_a_pool(here):
    _, task = begun(here, definition("[{action: reassign, to: {groups: [board]}}]", kind="direct"))
    fire_all(task)
    assert (now(task).status, now(task).groups) == ("PENDING", ("board",))
    claim_task(here.caller("dora", "board"), task.task_id)
    assert decide(here, "dora", task, "REJECT").run.outcome == "REJECTED"


def test_a_task_that_cannot_go_where_it_should_stays_and_administrators_are_told(here):
    put_user("carol", active=False)
    action = "[{action: reassign, to: {users: [carol]}}]"
    run_id, task = begun(here, definition(action, kind="direct"))
    fire_all(task)
    assert now(task).owner == "bob"
    assert acted(here, run_id)[-1] == ("sla.acted", "reassign", ["#administrators"])
    assert here.history(run_id)[-1].detail["failed"] == {"users": ["carol"], "groups": []}


def test_somebody_who_is_away_is_stood_in_for(here):
    away = Absence("2020-01-01T00:00:00.000Z", None, "dora")
    put_user("bob", manager="erin")
    put_user("erin", absence=away)
    put_user("carol", absence=away)
    put_user("dora")
    action = "[{action: notifyManager}, {action: reassign, to: {users: [carol]}}]"
    run_id, task = begun(here, definition(action, kind="direct"))
    fire_all(task)
    assert acted(here, run_id)[-2] == ("sla.acted", "notifyManager", ["dora"])
    assert (now(task).owner, now(task).formerly) == ("dora", ("bob", "carol"))


def test_where_nobody_stands_in_the_task_stays_and_administrators_are_told(here):
    put_user("carol", absence=Absence("2020-01-01T00:00:00.000Z", None, None))
    action = "[{action: reassign, to: {users: [carol]}}]"
    run_id, task = begun(here, definition(action, kind="direct"))
    fire_all(task)
    assert now(task).owner == "bob"
    assert acted(here, run_id)[-1] == ("sla.acted", "reassign", ["#administrators"])


def test_the_deadline_decides_as_a_person_would_and_says_that_it_was_it(here):
    run_id, task = begun(here, definition("[{action: decide, outcome: REJECT}]"))
    fire_all(task)
    here.until(run_id, "COMPLETED")
    (entry,) = [entry for entry in here.history(run_id) if entry.type == "task.decided"]
    assert (entry.actor, entry.detail["outcome"]) == ("system:sla", "REJECT")
    assert task.due_at in entry.detail["comment"]
    with pytest.raises(Conflict):
        decide_task(here.caller("bob", "legal"), task.task_id, "APPROVE")
    assert not rebuild(here.history(run_id)).problems


ESCALATE = """
  - id: Board
    type: task
    config: {candidates: {groups: [board]}, outcomes: {decide: {next: Approved}}}
"""


def test_the_deadline_sends_the_run_to_another_step(here):
    text = definition("[{action: goTo, step: Board, message: The board decides}]", more=ESCALATE)
    text = text.replace("REJECT: {next: Rejected}", "REJECT: {next: Rejected}, ASK: {next: Board}")
    run_id, task = begun(here, text)
    fire_all(task)
    (board,) = open_tasks(run_id, 1)
    assert (board.step_id, now(task).state) == ("Board", "CANCELLED")
    (entry,) = [entry for entry in here.history(run_id) if entry.type == "run.moved"]
    assert (entry.actor, entry.detail["reason"]) == ("system:sla", "The board decides")
    claim_task(here.caller("dora", "board"), board.task_id)
    assert decide(here, "dora", board, "decide").run.outcome == "APPROVED"
    assert not rebuild(here.history(run_id)).problems


@pytest.mark.parametrize(
    ("broken", "says"),
    [
        ("due: soon", "neither a duration nor a timestamp"),
        ("due: PT59S", "under a minute"),
        ("due: '{% 7 %}'", "neither a duration nor a timestamp"),
        ("onBreach: [{action: notify, to: '{% [] %}'}]", "names nobody"),
        ("onBreach: [{action: notify, to: '{% [7] %}'}]", "must be names"),
        ("onBreach: [{action: notify, to: '{% {\"roles\": [runId]} %}'}]", "by users and groups"),
        ("onBreach: [{action: reassign, to: '{% [initiator, runId] %}'}]", "one user or to groups"),
        ("onWarn: [{action: remind, message: '{% $pad(\"x\", 40000) %}'}]", "over 32768 bytes"),
    ],
)
def test_a_deadline_that_comes_out_wrong_fails_the_step(here, broken, says):
    field = broken.partition(":")[0]
    given = {"due": "PT48H", "onWarn": "[]", "onBreach": "[]"} | {field: broken.partition(": ")[2]}
    text = definition(given["onBreach"], on_warn=given["onWarn"], due=given["due"])
    run_id = begin(here, here.publish(text))
    wait_for_end(here)
    here.reconcile_all()
    assert says in read_run(TENANT, run_id).error["cause"]
