"""Steps that ask several people, at once and one after the other."""

import pytest

from signoff.errors import Conflict, Forbidden
from signoff.history.replay import rebuild
from signoff.runs.checkpoint import read_checkpoint
from signoff.runs.read import read_run
from signoff.runs.view import view_run
from signoff.tasks.claim import claim_task
from signoff.tasks.decide import decide_task
from signoff.tasks.worklist import own_worklist
from tests.support.world import TENANT
from tests.unit.engine.acting import decide, open_tasks, start
from tests.unit.engine.definitions import QUORUM, SERIAL

CROWD = """
key: crowd
name: Crowd
parameters: {type: object, properties: {people: {type: array, items: {type: string}}}}
steps:
  - id: vote
    type: approval
    config:
      mode: direct
      candidates: "{% people %}"
      quorum: {approve: all, reject: any}
      outcomes: {approve: {next: yes_}, reject: {next: no_}}
      otherwise: no_
  - {id: yes_, type: end, config: {outcome: APPROVED, result: "{% $count(vote.decisions) %}"}}
  - {id: no_, type: end, config: {outcome: REJECTED}}
"""

GROUPS = """
key: groups
name: One task a group
steps:
  - id: vote
    type: approval
    config:
      candidates: {groups: [legal, finance]}
      quorum: {approve: all, reject: any}
      fourEyes: true
      outcomes: {approve: {next: yes_}, reject: {next: no_}}
      otherwise: no_
  - {id: yes_, type: end, config: {outcome: APPROVED}}
  - {id: no_, type: end, config: {outcome: REJECTED}}
"""


def test_a_quorum_closes_the_step_and_its_open_siblings_in_one_transaction(here):
    here.publish(QUORUM)
    view = start(here, "quorum")
    votes = {task.owner: task for task in view.open_tasks}
    assert sorted(votes) == ["u1", "u2", "u3", "u4", "u5"]
    for user in ("u1", "u2"):
        moved = decide_task(here.caller(user), votes[user].task_id, "approve")
        assert moved.waits is False
    decide_task(here.caller("u3"), votes["u3"].task_id, "reject")
    view = decide(here, "u4", votes["u4"], "approve")
    assert (view.run.status, view.run.outcome) == ("COMPLETED", "APPROVED")
    with pytest.raises(Conflict):
        decide_task(here.caller("u5"), votes["u5"].task_id, "reject")
    assert own_worklist(here.caller("u5"), limit=5, cursor=None).items == []
    closed = [e for e in here.history(view.run.run_id) if e.type == "task.closed"]
    assert [e.detail["taskId"] for e in closed] == [votes["u5"].task_id]
    assert rebuild(here.history(view.run.run_id)).problems == []


def test_a_quorum_that_can_be_reached_no_more_takes_otherwise(here):
    here.publish(QUORUM)
    view = start(here, "quorum")
    votes = {task.owner: task for task in view.open_tasks}
    choices = {"u1": "approve", "u2": "approve", "u3": "abstain"}
    for user, outcome in choices.items():
        decide(here, user, votes[user], outcome)
    assert read_run(TENANT, view.run.run_id).outcome == "REJECTED"


def test_one_after_the_other(here):
    here.publish(SERIAL)
    view = start(here, "serial")
    for user in ("u1", "u2"):
        (task,) = view.open_tasks
        assert task.owner == user
        view = decide(here, user, task, "approve")
    assert decide(here, "u3", view.open_tasks[0], "approve").run.outcome == "APPROVED"


def test_one_no_in_a_series_ends_it(here):
    here.publish(SERIAL)
    view = start(here, "serial")
    view = decide(here, "u1", view.open_tasks[0], "reject")
    assert view.run.outcome == "REJECTED"
    assert here.types(view.run.run_id).count("task.opened") == 1


def test_many_people_are_asked_in_chunks_and_all_tasks_go_when_one_says_no(here):
    people = [f"person-{number:03}" for number in range(90)]
    here.publish(CROWD)
    view = start(here, "crowd", people=people)
    tasks = open_tasks(view.run.run_id, 90)
    assert [task.owner for task in tasks] == people
    view = decide(here, "person-050", tasks[50], "reject")
    assert view.run.outcome == "REJECTED"
    assert own_worklist(here.caller("person-089"), limit=5, cursor=None).items == []
    types = here.types(view.run.run_id)
    assert (types.count("task.opened"), types.count("task.closed")) == (90, 89)
    assert rebuild(here.history(view.run.run_id)).open_tasks == {}


def test_one_person_has_one_vote_and_the_initiator_none(here):
    here.publish(GROUPS)
    view = start(here, "groups")
    legal, finance = view.open_tasks
    assert (legal.groups, finance.groups) == (("legal",), ("finance",))
    with pytest.raises(Forbidden, match="initiator"):
        claim_task(here.caller("alice", "legal"), legal.task_id)
    claim_task(here.caller("bob", "legal", "finance"), legal.task_id)
    decide_task(here.caller("bob"), legal.task_id, "approve")
    with pytest.raises(Forbidden, match="already decided"):
        claim_task(here.caller("bob", "legal", "finance"), finance.task_id)
    claim_task(here.caller("carol", "finance"), finance.task_id)
    assert decide(here, "carol", finance, "approve").run.outcome == "APPROVED"


def test_the_checkpoint_follows_the_top_level_steps(here):
    here.publish(QUORUM)
    run = start(here, "quorum").run
    assert read_checkpoint(run).resume_at == "vote"
    assert view_run(TENANT, run.run_id).run.stalled == 0
