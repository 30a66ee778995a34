"""What the outside is told of a task's life, in the Approvals API's words."""

from signoff.contracts.approvals.ids import instance_id
from signoff.contracts.events.formats import FORMATS
from signoff.contracts.events.papyrus import envelope
from signoff.runs.ids import derived_run_id
from signoff.runs.progress import settle
from signoff.runs.read import read_run
from signoff.tasks.claim import claim_task
from signoff.tasks.decide import decide_task
from signoff.tasks.delegate import delegate_task
from signoff.tasks.reassign import reassign_task
from signoff.tasks.release import release_task
from tests.support.people import employ
from tests.support.world import TENANT
from tests.unit.engine.acting import PATIENCE, decide, open_tasks, start
from tests.unit.engine.definitions import CALLEE, CALLER, DIRECT, POOL


def told(here, run_id):
    """Every event of a run."""
    return [envelope(entry) for entry in here.history(run_id)]


def test_whose_a_task_is_is_told_whenever_that_changes(here):
    here.publish(POOL)
    employ(TENANT, "bob", "carol", "dave")
    run_id = start(here, "pool", "alice", "initiators").run.run_id
    (task,) = open_tasks(run_id, 1)
    bob = here.caller("bob", "legal")
    claim_task(bob, task.task_id)
    release_task(bob, task.task_id)
    claim_task(bob, task.task_id)
    delegate_task(bob, task.task_id, "carol", comment="you know this")
    reassign_task(here.caller("key:key-1"), task.task_id, user="dave")
    reassign_task(here.caller("key:key-1"), task.task_id, user=None, groups=("legal",))
    claim_task(bob, task.task_id)
    settle(TENANT, decide_task(bob, task.task_id, "APPROVE"), PATIENCE)

    events = [event for event in told(here, run_id) if ".task." in event["type"]]
    pool, legal = ["reviewers", "legal"], ["legal"]
    assigned, released = "workflow.task.assigned", "workflow.task.released"
    shown = [(each["type"], each["data"]) for each in events[:-1]]
    assert [
        (type_, data.get("change"), data["assigneeId"], data["candidateGroups"])
        for type_, data in shown
    ] == [
        (assigned, "opened", None, pool),
        (assigned, "claimed", "bob", pool),
        (released, None, None, pool),
        (assigned, "claimed", "bob", pool),
        (assigned, "delegated", "carol", []),
        (assigned, "reassigned", "dave", []),
        (assigned, "reassigned", None, legal),
        (assigned, "claimed", "bob", legal),
    ]
    assert {data["taskId"] for _, data in shown} == {task.task_id}
    assert shown[4][1]["formerAssigneeId"] == "bob"
    assert (events[-1]["type"], events[-1]["data"]["action"]) == (
        "workflow.task.completed",
        "approve",
    )


def test_a_task_for_one_person_is_theirs_when_it_opens(here):
    here.publish(DIRECT)
    run_id = start(here, "one-approval").run.run_id
    (opened,) = [each for each in told(here, run_id) if each["type"] == "workflow.task.assigned"]
    assert (opened["data"]["assigneeId"], opened["data"]["candidateGroups"]) == ("bob", [])


def test_each_change_is_one_event_and_their_sequence_has_no_gap(here):
    here.publish(DIRECT)
    run_id = start(here, "one-approval").run.run_id
    (task,) = open_tasks(run_id, 1)
    settle(TENANT, decide_task(here.caller("bob"), task.task_id, "approve"), PATIENCE)
    entries, events = here.history(run_id), told(here, run_id)
    assert [each["sequence"] for each in events] == list(range(1, len(entries) + 1))
    assert len({each["id"] for each in events}) == len(entries)
    assert events[0]["type"] == "workflow.started"
    assert events[-1]["type"] == "workflow.completed"
    assert events[-1]["data"]["outcome"] == read_run(TENANT, run_id).outcome
    for name, format_ in FORMATS.items():
        ids = [format_.event_id(entry) for entry in entries]
        assert ids == [format_.render(entry)["id"] for entry in entries], name


def test_every_event_of_a_run_says_which_document_it_is_about(here):
    here.publish(DIRECT)
    run_id = start(here, "one-approval").run.run_id
    references = {each["data"]["documentId"] for each in told(here, run_id)}
    assert len(references) == 1
    assert references != {None}


def test_a_sub_workflow_says_whose_it_is(here):
    here.publish(CALLEE)
    here.publish(CALLER)
    parent = start(here, "caller", amount=4).run.run_id
    child = derived_run_id(parent, "sub#1")
    (task,) = open_tasks(child, 1)
    decide(here, "carol", task, "ok")
    open_tasks(parent, 1)
    begun, ended = told(here, child)[0], told(here, child)[-1]
    assert begun["data"]["parentInstanceId"] == instance_id(parent)
    assert "parentInstanceId" not in told(here, parent)[0]["data"]
    assert ended["type"] == "workflow.completed"
    over = [each for each in told(here, parent) if each["type"] == "workflow.node.completed"]
    assert [each["data"]["childInstanceId"] for each in over] == [instance_id(child)]
