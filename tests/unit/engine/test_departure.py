"""Somebody is removed while they are asked."""

import threading

import pytest

from signoff.clock import after
from signoff.directory.find import find_user
from signoff.directory.user import Absence
from signoff.directory.users import create_user, edit_user, remove_user
from signoff.errors import Conflict, Forbidden, NotFound
from signoff.history.replay import rebuild
from signoff.runs.change import Change
from signoff.runs.read import read_run
from signoff.storage.store import state
from signoff.storage.transaction import Transaction
from signoff.tasks import departure
from signoff.tasks.claim import claim_task
from signoff.tasks.decide import decide_task
from signoff.tasks.departure import hand_on_all, remove_person
from signoff.tasks.worklist import group_worklist, own_worklist
from tests.support.people import employ
from tests.support.world import TENANT, Killed
from tests.unit.engine.acting import decide, open_tasks, start
from tests.unit.engine.definitions import DIRECT, POOL

AWAY = Absence("2020-01-01T00:00:00.000Z", None, "dora")

TWO = """
key: two
name: Two
steps:
  - id: Review
    type: approval
    config:
      mode: direct
      fourEyes: true
      candidates: {users: [bob, carol]}
      quorum: all
      outcomes: {APPROVE: {}}
"""


def reassigned(here, run_id):
    """Detail of the entries that tell of tasks going on."""
    return [each.detail for each in here.history(run_id) if each.type == "task.reassigned"]


def age(user_id, seconds):
    """Let the removal of a user and their mark be so long ago."""
    user = find_user(TENANT, user_id)
    at = after(-seconds)
    changed = Transaction()
    changed.update(
        state(), user.key, set_={"updatedAt": at, "nudgeAt": after(-1), "tasksDue": after(-1)}
    )
    changed.commit()


def marked(user_id):
    """Whether somebody is still to be looked after."""
    return "nudgeAt" in (state().get(find_user(TENANT, user_id).key) or {})


@pytest.mark.parametrize(
    ("bob", "heir"),
    [
        ({"manager": "erin"}, "erin"),
        ({"manager": "erin", "absence": AWAY}, "dora"),
        ({"absence": Absence(AWAY.since, None, "carol"), "manager": "erin"}, "erin"),
        ({"manager": "alice"}, None),
        ({}, None),
    ],
    ids=["manager", "delegate", "delegate with a vote", "manager is the initiator", "nobody"],
)
def test_an_open_task_goes_to_whoever_stands_in(here, bob, heir):
    here.publish(TWO)
    create_user(TENANT, "bob", name="Bob")
    view = start(here, "two", "alice")
    employ(TENANT, "alice", "carol", "dora", "erin")
    employ(TENANT, "bob", **bob)
    remove_person(here.caller("adam"), "bob")
    task = next(each for each in open_tasks(view.run.run_id, 2) if each.ordinal == 0)
    assert (task.owner, task.formerly) == (heir, ("bob",))
    assert task.groups == (() if heir else ("administrators",))
    [told] = reassigned(here, view.run.run_id)
    assert (told["from"], told["to"], told["groups"]) == ("bob", heir, list(task.groups))
    assert ("step.unattended" in here.types(view.run.run_id)) is (heir is None)
    told = rebuild(here.history(view.run.run_id))
    assert told.problems == []
    assert {each.owner for each in told.open_tasks.values()} == {heir, "carol"}
    with pytest.raises((Forbidden, Conflict)):
        decide_task(here.caller("bob"), task.task_id, "APPROVE")
    if heir is None:
        claim_task(here.caller("adam", "administrators"), task.task_id)
    decide(here, heir or "adam", task, "APPROVE")
    other = next(each for each in open_tasks(view.run.run_id, 1))
    assert decide(here, "carol", other, "APPROVE").run.status == "COMPLETED"


def test_a_task_out_of_a_pool_goes_back_to_it(here):
    here.publish(POOL)
    create_user(TENANT, "bob", name="Bob", groups=("legal",), manager=None)
    run_id = start(here, "pool", "alice", "initiators").run.run_id
    [task] = open_tasks(run_id, 1)
    claim_task(here.caller("bob", "legal"), task.task_id)
    remove_person(here.caller("adam"), "bob")
    [again] = group_worklist(here.caller("eve", "legal"), limit=5, cursor=None).items
    assert (again.task_id, again.status) == (task.task_id, "PENDING")


def test_removing_twice_changes_nothing_and_nobody_else_loses_a_task(here):
    here.publish(DIRECT)
    create_user(TENANT, "bob", name="Bob")
    create_user(TENANT, "carol", name="Carol")
    run_id = start(here, "one-approval").run.run_id
    adam = here.caller("adam")
    remove_person(adam, "carol")
    assert reassigned(here, run_id) == []
    first = remove_person(adam, "bob")
    assert remove_person(adam, "bob").version == first.version
    assert len(reassigned(here, run_id)) == 1
    with pytest.raises(NotFound):
        remove_person(adam, "nobody")


def test_dying_at_any_call_leaves_nothing_with_who_is_gone(here):
    here.publish(DIRECT)
    create_user(TENANT, "erin", name="Erin")
    killed, at = 0, 1
    while True:
        create_user(TENANT, "bob", name="Bob", manager="erin") if at == 1 else edit_user(
            TENANT, "bob", {"active": True}
        )
        run_id = start(here, "one-approval").run.run_id
        alive = True
        with here.faults.watching((at, True)):
            try:
                remove_person(here.caller("adam"), "bob")
            except Killed:
                killed, alive = killed + 1, False
        if not find_user(TENANT, "bob").active:
            age("bob", 20)
            assert here.sweep_now().get("user") == 1
            assert own_worklist(here.caller("bob"), limit=5, cursor=None).items == []
            assert [each.owner for each in open_tasks(run_id, 1)] == ["erin"]
            assert len(reassigned(here, run_id)) == 1
        if alive:
            break
        at += 1
    assert killed >= 5


def test_a_latecomer_is_found_and_then_the_mark_goes(here):
    here.publish(DIRECT)
    create_user(TENANT, "bob", name="Bob")
    remove_person(here.caller("adam"), "bob")
    assert marked("bob")
    # A step that had read the directory before opens its task now.
    user = find_user(TENANT, "bob")
    edit_user(TENANT, "bob", {"active": True})
    run_id = start(here, "one-approval").run.run_id
    gone = Transaction()
    gone.put(state(), user.to_item())
    gone.commit()
    age("bob", departure.LATECOMERS_SECONDS + 1)
    assert here.sweep_now()["user"] == 1
    assert [each.groups for each in open_tasks(run_id, 1)] == [("administrators",)]
    assert marked("bob")
    age("bob", departure.LATECOMERS_SECONDS + 1)
    assert here.sweep_now()["user"] == 1
    assert not marked("bob")


def test_many_tasks_go_on_over_several_looks(here, monkeypatch):
    here.publish(DIRECT)
    create_user(TENANT, "bob", name="Bob")
    for _ in range(3):
        start(here, "one-approval")
    user = remove_user(TENANT, "bob", tasks_due_in=-1)
    monkeypatch.setattr(departure, "LOOK_SECONDS", -1.0)
    assert hand_on_all(user) is False
    assert len(own_worklist(here.caller("bob"), limit=5, cursor=None).items) == 3
    monkeypatch.setattr(departure, "LOOK_SECONDS", 8.0)
    assert here.sweep_now()["user"] == 1
    assert own_worklist(here.caller("bob"), limit=5, cursor=None).items == []


def test_who_comes_back_keeps_what_is_still_theirs(here):
    here.publish(DIRECT)
    create_user(TENANT, "erin", name="Erin")
    create_user(TENANT, "bob", name="Bob", manager="erin")
    run_id = start(here, "one-approval").run.run_id
    [task] = open_tasks(run_id, 1)
    user = remove_user(TENANT, "bob", tasks_due_in=60)
    edit_user(TENANT, "bob", {"active": True})
    departure.hand_on(user, task.task_id)
    assert hand_on_all(user) is True
    assert [each.owner for each in open_tasks(run_id, 1)] == ["bob"]


def test_the_decision_and_the_removal_race_and_one_wins(here):
    here.publish(DIRECT)
    create_user(TENANT, "erin", name="Erin")
    create_user(TENANT, "bob", name="Bob", manager="erin")
    for _ in range(5):
        run_id = start(here, "one-approval").run.run_id
        [task] = open_tasks(run_id, 1)
        user = remove_user(TENANT, "bob", tasks_due_in=60)
        errors = []

        def vote(task=task, errors=errors):
            try:
                decide_task(here.caller("bob"), task.task_id, "APPROVE")
            except (Forbidden, Conflict) as error:
                errors.append(error)

        threads = [
            threading.Thread(target=vote),
            threading.Thread(target=departure.hand_on, args=(user, task.task_id)),
        ]
        for each in threads:
            each.start()
        for each in threads:
            each.join()
        assert (len(errors) == 1) is (len(reassigned(here, run_id)) == 1)
        assert rebuild(here.history(run_id)).problems == []
        edit_user(TENANT, "bob", {"active": True})


def test_a_run_that_is_over_is_left_alone(here):
    here.publish(DIRECT)
    create_user(TENANT, "bob", name="Bob")
    view = start(here, "one-approval")
    [task] = view.open_tasks
    decide(here, "bob", task, "APPROVE")
    user = remove_user(TENANT, "bob", tasks_due_in=60)
    departure.hand_on(user, task.task_id)
    departure.hand_on(user, "00000000-0000-4000-8000-000000000000")
    run = read_run(TENANT, view.run.run_id)
    assert Change(run).run.status == "COMPLETED"
    assert reassigned(here, run.run_id) == []
