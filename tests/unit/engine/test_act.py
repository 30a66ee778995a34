"""What people do with a run: approve, reject, request changes, delegate, cancel."""

import pytest

from signoff.errors import Conflict, Forbidden, Invalid, NotFound
from signoff.history.replay import rebuild
from signoff.identity.principal import Actor
from signoff.runs.attempts import fail_run
from signoff.runs.cancel import cancel_run
from signoff.runs.ids import new_run_id
from signoff.runs.progress import settle
from signoff.runs.read import read_run
from signoff.runs.view import view_run
from signoff.tasks import own
from signoff.tasks.act import act_on_run
from signoff.tasks.claim import claim_task
from signoff.tasks.decide import decide_task
from signoff.tasks.reassign import reassign_task
from signoff.tasks.worklist import group_worklist, own_worklist
from tests.support.people import employ
from tests.support.world import TENANT
from tests.unit.engine.acting import PATIENCE, decide, open_tasks, start, task_of
from tests.unit.engine.definitions import DIRECT, PARALLEL, POOL, QUORUM, SERIAL
from tests.unit.engine.test_several import GROUPS


def act(here, user, run_id, action, *groups, comment=None, command=None, **more):
    """What ``user`` does, said by a key that is nobody in particular."""
    caller = here.caller("key:key-1", command=command)
    moved = act_on_run(caller, run_id, Actor(user, groups), action, comment=comment, **more)
    return settle(TENANT, moved, PATIENCE)


def sound(here, run_id):
    """History tells what is stored; answers its entries."""
    entries = here.history(run_id)
    told, view = rebuild(entries), view_run(TENANT, run_id)
    assert told.problems == []
    assert {
        task_id: (task.status, task.owner, tuple(task.groups))
        for task_id, task in told.open_tasks.items()
    } == {task.task_id: (task.status, task.owner, task.groups) for task in view.open_tasks}
    assert (told.status, told.current_state) == (view.run.status, view.run.current_state)
    return entries


def test_an_approver_approves_and_history_names_both_the_person_and_the_key(here):
    here.publish(DIRECT)
    run_id = start(here, "one-approval").run.run_id
    assert act(here, "bob", run_id, "approve").run.outcome == "APPROVED"
    (decided,) = (entry for entry in sound(here, run_id) if entry.type == "task.decided")
    assert (decided.actor, decided.via) == ("bob", "key-1")


def test_a_member_of_the_pool_claims_and_decides_at_once(here):
    here.publish(POOL)
    run_id = start(here, "pool", "alice", "initiators").run.run_id
    view = act(here, "bob", run_id, "Approve", "legal")
    assert view.run.outcome == "APPROVED"
    entries = sound(here, run_id)
    assert [entry.type for entry in entries][3:5] == ["task.claimed", "task.decided"]
    assert group_worklist(here.caller("bob", "legal"), limit=5, cursor=None).items == []


@pytest.mark.parametrize("comment", [None, "", "  \n"])
@pytest.mark.parametrize("action", ["reject", "requestChanges", "REQUEST_CHANGES", "Reject"])
def test_saying_no_takes_a_comment(here, action, comment):
    here.publish(POOL)
    run_id = start(here, "pool", "alice", "initiators").run.run_id
    with pytest.raises(Invalid) as refused:
        act(here, "bob", run_id, action, "legal", comment=comment)
    assert refused.value.field == "comment"
    assert here.types(run_id)[-1] == "task.opened"


def test_an_action_that_the_node_does_not_have_says_which_it_has(here):
    here.publish(DIRECT)
    run_id = start(here, "one-approval").run.run_id
    with pytest.raises(Invalid, match="approve, reject") as refused:
        act(here, "bob", run_id, "sign")
    assert refused.value.field == "action"


def test_who_is_not_asked_and_who_is_too_late(here):
    here.publish(POOL)
    run_id = start(here, "pool", "alice", "initiators").run.run_id
    with pytest.raises(NotFound):
        act(here, "bob", new_run_id(), "approve", "legal")
    with pytest.raises(Forbidden):
        act(here, "mallory", run_id, "approve", "sales")
    (task,) = open_tasks(run_id, 1)
    claim_task(here.caller("bob", "legal"), task.task_id)
    with pytest.raises(Conflict, match="claimed"):
        act(here, "carol", run_id, "approve", "legal")
    act(here, "bob", run_id, "reject", "legal", comment="no")
    for late in ("bob", "carol"):  # the run stands at the initiators now
        with pytest.raises(Conflict):
            act(here, late, run_id, "approve", "legal")
    with pytest.raises(Forbidden):
        act(here, "mallory", run_id, "submit", "sales")
    cancel_run(here.caller("alice"), run_id)
    for anybody in ("bob", "mallory"):
        with pytest.raises(Conflict):
            act(here, anybody, run_id, "approve", "legal")


def test_four_eyes_and_one_vote_each_hold_for_actions_too(here):
    here.publish(GROUPS)
    run_id = start(here, "groups").run.run_id
    with pytest.raises(Forbidden, match="initiator"):
        act(here, "alice", run_id, "approve", "legal")
    act(here, "bob", run_id, "approve", "legal", "finance")
    with pytest.raises(Conflict):
        act(here, "bob", run_id, "approve", "legal", "finance")
    assert act(here, "carol", run_id, "approve", "finance").run.outcome == "APPROVED"


def test_only_the_initiator_cancels_and_only_once(here):
    here.publish(DIRECT)
    run_id = start(here, "one-approval").run.run_id
    with pytest.raises(Forbidden):
        act(here, "bob", run_id, "cancel")
    view = act(here, "alice", run_id, "cancel", comment="not needed", command="c-1")
    assert view.run.status == "CANCELLED"
    assert act(here, "alice", run_id, "cancel", command="c-1").run.status == "CANCELLED"
    with pytest.raises(Conflict):
        act(here, "alice", run_id, "cancel", command="c-2")
    last = next(each for each in reversed(sound(here, run_id)) if each.type == "run.cancelled")
    assert (last.actor, last.via, last.detail["reason"]) == ("alice", "key-1", "not needed")


def test_an_action_sent_again_under_one_key_is_done_once(here):
    here.publish(QUORUM)
    run_id = start(here, "quorum").run.run_id
    for _ in range(2):
        act(here, "u1", run_id, "approve", command="a-1")
    assert here.types(run_id).count("task.decided") == 1
    with pytest.raises(Conflict):
        act(here, "u1", run_id, "approve", command="a-2")


def test_requested_changes_go_to_the_initiator_and_come_back_to_the_same_approver(here):
    here.publish(DIRECT)
    view = start(here, "one-approval")
    run_id, (asked,) = view.run.run_id, view.open_tasks
    view = act(here, "bob", run_id, "requestChanges", comment="the date is wrong")
    (rework,) = view.open_tasks
    assert (rework.owner, rework.status, rework.step_id) == ("alice", "CLAIMED", "check")
    assert (rework.rework_of, view.run.current_state) == (asked.ordinal, "check")
    assert [each.task_id for each in worklist(here, "alice")] == [rework.task_id]
    assert worklist(here, "bob") == []
    with pytest.raises(Conflict):
        act(here, "bob", run_id, "approve")
    with pytest.raises(Invalid):
        act(here, "alice", run_id, "reject", comment="no")
    sound(here, run_id)

    view = settle(TENANT, decide_task(here.caller("alice"), rework.task_id, "submit"), PATIENCE)
    (again,) = view.open_tasks
    assert (again.task_id, again.owner, again.status) == (asked.task_id, "bob", "CLAIMED")
    assert worklist(here, "alice") == []
    with pytest.raises(Conflict):
        act(here, "alice", run_id, "submit")

    act(here, "bob", run_id, "request-changes", comment="the name too")
    act(here, "alice", run_id, "resubmit", comment="here")
    assert act(here, "bob", run_id, "approve").run.outcome == "APPROVED"
    types = [entry.type for entry in sound(here, run_id)]
    assert (types.count("changes.requested"), types.count("task.opened")) == (2, 5)
    assert types.count("step.entered") == 2


def worklist(here, user):
    return own_worklist(here.caller(user), limit=10, cursor=None).items


def test_a_definitions_own_outcome_for_changes_is_taken_first(here):
    here.publish(
        DIRECT.replace("reject: {next: no_, comment: required}", "REQUEST_CHANGES: {next: no_}")
    )
    run_id = start(here, "one-approval").run.run_id
    view = act(here, "bob", run_id, "requestChanges", comment="the date")
    assert view.run.outcome == "REJECTED"


def test_a_pool_task_comes_back_to_the_one_who_requested_changes(here):
    here.publish(POOL)
    run_id = start(here, "pool", "alice", "initiators").run.run_id
    act(here, "bob", run_id, "requestChanges", "legal", comment="hm")
    view = act(here, "alice", run_id, "submit")
    (task,) = view.open_tasks
    assert (task.owner, task.groups, task.status) == ("bob", ("reviewers", "legal"), "CLAIMED")
    sound(here, run_id)


def test_what_a_program_started_is_reworked_by_administrators(here):
    here.publish(
        DIRECT.replace("[bob]", "[bob, carol]").replace("mode", "fourEyes: true\n      mode")
    )
    run_id = start(here, "one-approval", "key:key-1").run.run_id
    act(here, "bob", run_id, "requestChanges", comment="hm")
    (rework,) = (task for task in open_tasks(run_id, 2) if task.rework_of is not None)
    assert (rework.owner, rework.groups, rework.status) == (None, ("administrators",), "PENDING")
    with pytest.raises(Conflict):
        act(here, "bob", run_id, "submit")
    act(here, "adam", run_id, "submit", "administrators")
    assert {task.owner for task in open_tasks(run_id, 2)} == {"bob", "carol"}
    assert "step.unattended" in [entry.type for entry in sound(here, run_id)]


def test_who_has_voted_may_still_do_the_rework_of_a_group(here):
    here.publish(QUORUM.replace("mode", "fourEyes: true\n      mode"))
    run_id = start(here, "quorum").run.run_id
    act(here, "u1", run_id, "requestChanges", comment="hm")
    act(here, "u2", run_id, "approve")
    (rework,) = (task for task in open_tasks(run_id, 4) if task.rework_of is not None)
    reassign_task(here.caller("adam"), rework.task_id, user=None, groups=("office",))
    claim_task(here.caller("alice", "office"), rework.task_id)
    reassign_task(here.caller("adam"), rework.task_id, user=None, groups=("office",))
    act(here, "u2", run_id, "submit", "office")
    (again,) = (task for task in open_tasks(run_id, 4) if task.owner == "u1")
    assert again.rework_of is None
    sound(here, run_id)


def test_a_step_that_others_decide_takes_the_rework_back(here):
    here.publish(QUORUM)
    run_id = start(here, "quorum").run.run_id
    view = act(here, "u1", run_id, "requestChanges", comment="hm")
    (rework,) = (task for task in view.open_tasks if task.rework_of is not None)
    assert len(view.open_tasks) == 5
    for user in ("u2", "u3", "u4"):
        view = act(here, user, run_id, "approve")
    assert view.run.outcome == "APPROVED"
    with pytest.raises(Conflict):
        decide_task(here.caller("alice"), rework.task_id, "SUBMIT")
    sound(here, run_id)


def test_a_vote_that_is_out_for_rework_still_counts_as_open(here):
    here.publish(SERIAL)
    run_id = start(here, "serial").run.run_id
    act(here, "u1", run_id, "requestChanges", comment="hm")
    (rework,) = open_tasks(run_id, 1)
    assert rework.owner == "alice"
    act(here, "alice", run_id, "submit")
    for user in ("u1", "u2", "u3"):
        view = act(here, user, run_id, "approve")
    assert view.run.outcome == "APPROVED"
    assert view.run.result is None
    sound(here, run_id)


def test_a_retry_opens_the_rework_again_and_not_the_approval(here):
    from signoff.runs.retry import retry_run

    here.publish(QUORUM)
    run_id = start(here, "quorum").run.run_id
    act(here, "u1", run_id, "requestChanges", comment="hm")
    act(here, "u2", run_id, "requestChanges", comment="hm")
    (mine, _) = (task for task in open_tasks(run_id, 5) if task.rework_of is not None)
    decide_task(here.caller("alice"), mine.task_id, "SUBMIT")
    before = {task.task_id for task in open_tasks(run_id, 5)}
    fail_run(read_run(TENANT, run_id), {"error": "StepFailed", "cause": "test"})
    here.machines.abort_all()
    with pytest.raises(Conflict, match="failed"):
        act(here, "u3", run_id, "approve")
    retry_run(here.caller("admin"), run_id)
    assert {task.task_id for task in open_tasks(run_id, 5)} == before
    sound(here, run_id)
    act(here, "alice", run_id, "submit")
    for user in ("u1", "u2", "u3"):
        view = act(here, user, run_id, "approve")
    assert view.run.outcome == "APPROVED"


def test_a_cancelled_run_takes_the_rework_back(here):
    here.publish(DIRECT)
    run_id = start(here, "one-approval").run.run_id
    act(here, "bob", run_id, "requestChanges", comment="hm")
    act(here, "alice", run_id, "cancel")
    assert worklist(here, "alice") == []
    sound(here, run_id)


def test_a_delegator_is_no_approver_any_more_until_it_is_decided(here):
    here.publish(DIRECT.replace("[bob]", "[bob, carol]"))
    run_id = start(here, "one-approval").run.run_id
    employ(TENANT, "erin")
    view = act(here, "carol", run_id, "delegate", delegate_to="erin")
    assert {task.owner for task in view.open_tasks} == {"erin", "bob"}
    with pytest.raises(Forbidden):
        act(here, "carol", run_id, "approve")
    assert act(here, "erin", run_id, "approve").run.outcome == "APPROVED"
    with pytest.raises(Conflict):
        act(here, "carol", run_id, "approve")
    sound(here, run_id)


def test_nobody_is_refused_for_a_run_that_comes_to_them_meanwhile(here, monkeypatch):
    here.publish(PARALLEL)
    run_id = start(here, "side-by-side").run.run_id
    finance = task_of(run_id, "finance")  # treasury comes behind it
    real = own.open_tasks

    def slowly(run):
        monkeypatch.setattr(own, "open_tasks", real)
        decide(here, "carol", finance, "ok")
        return real(run)

    monkeypatch.setattr(own, "open_tasks", slowly)
    view = act(here, "dave", run_id, "ok")
    assert [task.step_id for task in view.open_tasks] == ["legal"]
