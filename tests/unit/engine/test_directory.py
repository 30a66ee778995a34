"""Approvers as the directory has them, in runs."""

from signoff.directory.departments import put_department
from signoff.directory.user import Absence
from signoff.directory.users import create_user, edit_user, remove_user
from signoff.history.replay import rebuild
from signoff.runs.read import read_run
from signoff.tasks.act import act_on_run
from signoff.tasks.claim import claim_task
from signoff.tasks.decide import decide_task
from signoff.tasks.worklist import own_worklist
from tests.support.people import employ
from tests.support.world import TENANT
from tests.unit.engine.acting import decide, open_tasks, start

AWAY = Absence("2020-01-01T00:00:00.000Z", None, "dora")

APPROVERS = """
key: approvers
name: approvers
steps:
  - id: Review
    type: approval
    config:
      mode: direct
      fourEyes: true
      candidates: {users: [bob], roles: [payer], manager: {levels: 1}, departmentHead: "{{where}}"}
      quorum: all
      outcomes: {APPROVE: {}}
parameters: {type: object, properties: {where: {type: string}}}
"""

SERIES = """
key: series
name: series
steps:
  - id: Review
    type: approval
    config:
      mode: direct
      order: serial
      candidates: {users: [bob, carol, dora]}
      quorum: all
      outcomes: {APPROVE: {}}
"""

ONE = """
key: one
name: one
steps:
  - id: Review
    type: approval
    config:
      mode: direct
      candidates: "{% who %}"
      outcomes: {APPROVE: {}, REJECT: {comment: required}}
parameters: {type: object, properties: {who: {}}, required: [who]}
"""


def owners(tasks):
    return [task.owner for task in tasks]


def test_people_are_found_and_asked_once(here):
    here.publish(APPROVERS)
    create_user(TENANT, "erin", name="Erin", roles=("payer",))
    create_user(TENANT, "alice", name="Alice", manager="erin", roles=("payer",))
    create_user(TENANT, "henry", name="Henry")
    put_department(TENANT, "sales", name="Sales", head="henry")
    view = start(here, "approvers", where="sales")
    assert owners(view.open_tasks) == ["bob", "erin", "henry"]
    for name, task in zip(("bob", "erin", "henry"), view.open_tasks, strict=True):
        view = decide(here, name, task, "APPROVE")
    assert view.run.status == "COMPLETED"


def test_a_stand_in_has_the_task_and_who_was_meant_stays_visible(here):
    here.publish(ONE)
    employ(TENANT, "bob", absence=AWAY)
    employ(TENANT, "dora")
    view = start(here, "one", who=["bob"])
    [task] = view.open_tasks
    assert (task.owner, task.formerly) == ("dora", ("bob",))
    [opened] = [each for each in here.history(view.run.run_id) if each.type == "task.opened"]
    assert (opened.detail["owner"], opened.detail["formerly"]) == ("dora", ["bob"])
    assert own_worklist(here.caller("bob"), limit=5, cursor=None).items == []
    assert decide(here, "dora", task, "APPROVE").run.status == "COMPLETED"


def test_a_named_person_costs_one_read_more_and_a_pool_none(here):
    pool = ONE.replace("mode: direct", "mode: pool").replace(
        "key: one\nname: one", "key: pool\nname: pool"
    )
    here.publish(ONE)
    here.publish(pool)
    from signoff.steps import open_tasks as module

    reads = {}
    real = module.open_tasks

    for key, who in (("one", ["bob"]), ("pool", {"groups": ["legal"]})):

        def counted(payload, _context, key=key):
            with here.faults.watching() as seen:
                real(payload)
            reads[key] = seen.seen

        here.machines._functions["arn:step:open_tasks"] = counted
        start(here, key, who=who)
    assert reads == {
        "one": ["BatchGetItem", "BatchGetItem", "TransactWriteItems"],
        "pool": ["BatchGetItem", "TransactWriteItems"],
    }


def test_nobody_left_is_the_administrators_with_an_entry(here):
    here.publish(ONE)
    view = start(here, "one", who=[])
    [task] = view.open_tasks
    assert (task.groups, task.status, task.owner) == (("administrators",), "PENDING", None)
    [entry] = [each for each in here.history(view.run.run_id) if each.type == "step.unattended"]
    assert entry.detail == {
        "step": "Review",
        "path": "Review#1",
        "reason": "nobody is left to ask",
    }
    adam = here.caller("adam", "administrators")
    claim_task(adam, task.task_id)
    decide_task(adam, task.task_id, "APPROVE")
    run = read_run(TENANT, view.run.run_id)
    assert rebuild(here.history(run.run_id)).problems == []


def test_an_administrator_decides_in_place_of_a_quorum_that_is_out_of_reach(here):
    here.publish(SERIES.replace("quorum: all", "quorum: 3"))
    employ(TENANT, "bob", absence=AWAY)
    employ(TENANT, "dora")
    view = start(here, "series")
    [task] = view.open_tasks
    assert task.groups == ("administrators",)
    adam = here.caller("adam", "administrators")
    claim_task(adam, task.task_id)
    assert decide(here, "adam", task, "APPROVE").run.status == "COMPLETED"


def test_who_is_left_out_stands_in_history_and_who_is_away_without_a_delegate_is_asked(here):
    here.publish(
        ONE.replace('"{% who %}"', '"{% who %}"\n      quorum: {APPROVE: all, REJECT: any}')
    )
    employ(TENANT, "p1", absence=Absence(AWAY.since, None, None))
    employ(TENANT, "p2")
    employ(TENANT, "gone", active=False)
    view = start(here, "one", who=["p1", "p2"])
    assert owners(view.open_tasks) == ["p1", "p2"]
    assert "approvers.absent" not in here.types(view.run.run_id)
    view = start(here, "one", who=["gone", "p2"])
    assert owners(view.open_tasks) == ["p2"]
    [entry] = [each for each in here.history(view.run.run_id) if each.type == "approvers.absent"]
    assert entry.detail == {
        "step": "Review",
        "path": "Review#1",
        "absent": [{"user": "gone", "reason": "removed"}],
    }
    view = start(here, "one", who=["gone"])
    assert [(task.groups, task.formerly) for task in view.open_tasks] == [
        (("administrators",), ("gone",))
    ]
    [entry] = [each for each in here.history(view.run.run_id) if each.type == "step.unattended"]
    assert entry.detail["absent"] == [{"user": "gone", "reason": "removed"}]


def test_a_series_asks_who_is_there_when_their_turn_comes(here):
    here.publish(SERIES.replace("dora]", "erik]"))
    for name in ("bob", "carol", "dora", "erik", "fay"):
        create_user(TENANT, name, name=name)
    view = start(here, "series")
    edit_user(TENANT, "carol", {"absence": AWAY})
    edit_user(TENANT, "erik", {"absence": Absence(AWAY.since, None, "fay")})
    view = decide(here, "bob", view.open_tasks[0], "APPROVE")
    assert [(task.owner, task.formerly) for task in view.open_tasks] == [("dora", ("carol",))]
    remove_user(TENANT, "fay", tasks_due_in=60)
    view = decide(here, "dora", view.open_tasks[0], "APPROVE")
    [last] = view.open_tasks
    assert (last.groups, last.formerly) == (("administrators",), ("erik",))
    assert here.types(view.run.run_id).count("step.unattended") == 1
    adam = here.caller("adam", "administrators")
    claim_task(adam, last.task_id)
    assert decide(here, "adam", last, "APPROVE").run.status == "COMPLETED"
    assert rebuild(here.history(view.run.run_id)).status == "COMPLETED"


def test_nobody_has_two_votes_by_standing_in(here):
    here.publish(SERIES)
    for name in ("bob", "carol", "dora"):
        create_user(TENANT, name, name=name)
    view = start(here, "series")
    edit_user(TENANT, "carol", {"absence": AWAY})  # whose delegate has a vote of her own
    view = decide(here, "bob", view.open_tasks[0], "APPROVE")
    assert [(task.groups, task.formerly) for task in view.open_tasks] == [
        (("administrators",), ("carol",))
    ]


def test_changes_come_back_to_whoever_is_there_by_then(here):
    here.publish(ONE)
    for name in ("alice", "bob", "dora"):
        create_user(TENANT, name, name=name)
    view = start(here, "one", who=["bob"])
    run_id, bob = view.run.run_id, here.caller("bob")
    act_on_run(bob, run_id, bob.actor, "requestChanges", comment="More, please")
    edit_user(TENANT, "bob", {"absence": AWAY})
    alice = here.caller("alice")
    act_on_run(alice, run_id, alice.actor, "resubmit", comment=None)
    [task] = open_tasks(run_id, 1)
    assert (task.owner, task.formerly) == ("dora", ("bob",))
