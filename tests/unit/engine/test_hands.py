"""Tasks that come into other hands: by delegation, by an administrator, by the engine."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest

from signoff.directory.user import Absence
from signoff.errors import Conflict, Forbidden, Invalid, NotFound
from signoff.runs.attempts import fail_run
from signoff.runs.change import Change
from signoff.runs.ids import new_run_id
from signoff.runs.progress import settle
from signoff.runs.read import read_run, read_work
from signoff.runs.retry import retry_run
from signoff.tasks.claim import claim_task
from signoff.tasks.decide import decide_as, decide_task
from signoff.tasks.delegate import delegate_task
from signoff.tasks.hands import MAX_HANDS
from signoff.tasks.reassign import hand_over, reassign_task
from signoff.tasks.release import release_task
from tests.support.people import employ
from tests.support.world import TENANT
from tests.unit.engine.acting import PATIENCE, open_tasks, start
from tests.unit.engine.definitions import DIRECT, POOL, QUORUM
from tests.unit.engine.test_act import act, sound, worklist
from tests.unit.engine.test_several import GROUPS


@pytest.fixture
def direct(here):
    """Bob's task, and the people he might give it to."""
    here.publish(DIRECT)
    employ(TENANT, "alice", "bob", "carol", "dave", "erin")
    employ(TENANT, "gone", active=False)
    return open_tasks(start(here, "one-approval").run.run_id, 1)[0]


def test_a_delegated_task_moves_and_keeps_its_place_in_time(here, direct):
    given = delegate_task(here.caller("bob"), direct.task_id, "carol", comment="you know this")
    assert (given.owner, given.formerly, given.status) == ("carol", ("bob",), "CLAIMED")
    assert (given.opened_at, given.place) == (direct.opened_at, direct.place)
    assert worklist(here, "bob") == []
    assert [each.task_id for each in worklist(here, "carol")] == [direct.task_id]
    with pytest.raises(Forbidden):
        decide_task(here.caller("bob"), direct.task_id, "approve")
    with pytest.raises(Conflict):
        release_task(here.caller("carol"), direct.task_id)
    entry = sound(here, direct.run_id)[-1]
    assert (entry.type, entry.actor, entry.via) == ("task.delegated", "bob", "key-1")
    assert entry.detail == {
        "taskId": direct.task_id,
        "step": "check",
        "path": "check#1",
        "from": "bob",
        "to": "carol",
        "groups": [],
        "dueAt": None,
        "reason": "you know this",
    }
    decide_task(here.caller("carol"), direct.task_id, "approve")


@pytest.mark.parametrize("to", ["bob", "nobody", "gone", "", " ", "x" * 257, None])
def test_to_oneself_and_to_nobody(here, direct, to):
    for refused in (
        lambda: delegate_task(here.caller("bob"), direct.task_id, to),
        lambda: act(here, "bob", direct.run_id, "delegate", delegate_to=to),
    ):
        with pytest.raises(Invalid) as problem:
            refused()
        assert problem.value.field == "delegateToUserId"
    assert here.types(direct.run_id)[-1] == "task.opened"


def test_in_a_circle(here, direct):
    delegate_task(here.caller("bob"), direct.task_id, "carol")
    delegate_task(here.caller("carol"), direct.task_id, "dave")
    for had_it in ("bob", "carol"):
        with pytest.raises(Invalid, match="had this task"):
            delegate_task(here.caller("dave"), direct.task_id, had_it)
    assert act(here, "dave", direct.run_id, "approve").run.outcome == "APPROVED"


def test_to_somebody_who_is_away(here, direct):
    def away(delegate):
        return Absence("2020-01-01T00:00:00.000Z", None, delegate)

    employ(TENANT, "carol", absence=away("erin"))
    employ(TENANT, "dave", absence=away("bob"))
    employ(TENANT, "lost", absence=away(None))
    for nobody, why in (("dave", "stands in"), ("lost", "nobody stands in")):
        with pytest.raises(Invalid, match=why):
            delegate_task(here.caller("bob"), direct.task_id, nobody)
    given = delegate_task(here.caller("bob"), direct.task_id, "carol")
    assert (given.owner, given.formerly) == ("erin", ("bob", "carol"))
    entry = sound(here, direct.run_id)[-1]
    assert (entry.detail["to"], entry.detail["formerly"]) == ("erin", ["bob", "carol"])
    assert act(here, "erin", direct.run_id, "approve").run.outcome == "APPROVED"


def test_only_by_its_owner_while_it_is_open(here, direct):
    with pytest.raises(Forbidden):
        delegate_task(here.caller("erin"), direct.task_id, "carol")
    with pytest.raises(NotFound):
        delegate_task(here.caller("bob"), new_run_id(), "carol")
    decide_task(here.caller("bob"), direct.task_id, "approve")
    with pytest.raises(Conflict):
        delegate_task(here.caller("bob"), direct.task_id, "carol")


def test_a_hundred_hands_are_too_many(here, direct):
    people = [f"p{number}" for number in range(MAX_HANDS + 1)]
    employ(TENANT, *people)
    for number, person in enumerate(people[:-1]):
        owner = people[number - 1] if number else "bob"
        delegate_task(here.caller(owner), direct.task_id, person)
    with pytest.raises(Invalid, match="too often"):
        delegate_task(here.caller(people[-2]), direct.task_id, people[-1])
    again = reassign_task(here.caller("adam"), direct.task_id, user="erin")
    assert (len(again.formerly), again.formerly[0]) == (MAX_HANDS, "bob")
    assert again.formerly[-1] == people[-2]


def test_a_member_delegates_a_pool_task_that_nobody_has_claimed(here):
    here.publish(POOL)
    employ(TENANT, "dora")
    run_id = start(here, "pool", "alice", "initiators").run.run_id
    (task,) = act(here, "bob", run_id, "delegate", "legal", delegate_to="dora").open_tasks
    assert (task.owner, task.groups, task.formerly) == ("dora", (), ("bob",))
    assert [entry.type for entry in sound(here, run_id)][-2:] == ["task.claimed", "task.delegated"]
    with pytest.raises(Forbidden):
        claim_task(here.caller("carol", "legal"), task.task_id)


def test_nobody_gets_a_second_vote_or_one_against_four_eyes(here):
    here.publish(GROUPS)
    employ(TENANT, "alice", "bob", "carol", "dave")
    run_id = start(here, "groups").run.run_id
    act(here, "bob", run_id, "approve", "legal")
    (finance,) = open_tasks(run_id, 1)
    claim_task(here.caller("carol", "finance"), finance.task_id)
    for barred, why in (("bob", "already decided"), ("alice", "initiator")):
        with pytest.raises(Invalid, match=why):
            delegate_task(here.caller("carol"), finance.task_id, barred)
        with pytest.raises(Invalid, match=why):
            reassign_task(here.caller("adam"), finance.task_id, user=barred)
    delegate_task(here.caller("carol"), finance.task_id, "dave")
    assert act(here, "dave", run_id, "approve").run.outcome == "APPROVED"


def test_nobody_gets_two_tasks_of_one_step_not_even_while_one_is_out_for_rework(here):
    here.publish(QUORUM)
    employ(TENANT, "u1", "u2", "u9")
    run_id = start(here, "quorum").run.run_id
    first, *_ = open_tasks(run_id, 5)
    with pytest.raises(Invalid, match="another task"):
        delegate_task(here.caller("u1"), first.task_id, "u2")
    act(here, "u2", run_id, "requestChanges", comment="hm")
    with pytest.raises(Invalid, match="another task"):
        delegate_task(here.caller("u1"), first.task_id, "u2")
    delegate_task(here.caller("u1"), first.task_id, "u9")


def test_the_rework_goes_to_somebody_else_and_its_approver_stays(here, direct):
    act(here, "bob", direct.run_id, "requestChanges", comment="hm")
    (rework,) = open_tasks(direct.run_id, 1)
    delegate_task(here.caller("alice"), rework.task_id, "dave")
    act(here, "dave", direct.run_id, "submit")
    (again,) = open_tasks(direct.run_id, 1)
    assert (again.owner, again.task_id) == ("bob", direct.task_id)
    sound(here, direct.run_id)


def test_a_delegate_asks_for_changes_and_gets_the_task_back(here, direct):
    delegate_task(here.caller("bob"), direct.task_id, "carol")
    act(here, "carol", direct.run_id, "requestChanges", comment="hm")
    act(here, "alice", direct.run_id, "submit")
    (again,) = open_tasks(direct.run_id, 1)
    assert (again.owner, again.formerly) == ("carol", ("bob",))
    opened = [each for each in sound(here, direct.run_id) if each.type == "task.opened"][-1]
    assert opened.detail["formerly"] == ["bob"]


def test_a_retry_leaves_tasks_with_those_who_have_them_by_now(here, direct):
    delegate_task(here.caller("bob"), direct.task_id, "carol")
    fail_run(read_run(TENANT, direct.run_id), {"error": "StepFailed", "cause": "test"})
    here.machines.abort_all()
    retry_run(here.caller("adam"), direct.run_id)
    (again,) = open_tasks(direct.run_id, 1)
    assert (again.owner, again.formerly) == ("carol", ("bob",))
    sound(here, direct.run_id)


def test_an_administrator_reassigns_to_a_person_the_directory_does_not_know(here, direct):
    given = reassign_task(here.caller("adam"), direct.task_id, user="zoe", reason="on leave")
    assert (given.owner, given.formerly) == ("zoe", ("bob",))
    back = reassign_task(here.caller("adam"), direct.task_id, user="bob")
    assert (back.owner, back.formerly) == ("bob", ("bob", "zoe"))
    for nobody in ("gone", "bob"):
        with pytest.raises(Invalid):
            reassign_task(here.caller("adam"), direct.task_id, user=nobody)
    sound(here, direct.run_id)


def test_commands_on_hands_are_done_once(here, direct):
    caller = here.caller("bob", command="d-1")
    for _ in range(2):
        assert delegate_task(caller, direct.task_id, "carol").owner == "carol"
    admin = here.caller("adam", command="r-1")
    for _ in range(2):
        assert reassign_task(admin, direct.task_id, user="erin").owner == "erin"
    for _ in range(2):
        act(here, "erin", direct.run_id, "delegate", delegate_to="dave", command="d-2")
    types = here.types(direct.run_id)
    assert (types.count("task.delegated"), types.count("task.reassigned")) == (2, 1)


def test_within_a_change_of_the_engine(here, direct):
    run, step, task = read_work(TENANT, direct.task_id)
    change = Change(run, actor="signoff")
    handed = hand_over(
        change,
        step,
        task,
        owner="erin",
        groups=(),
        entry_type="task.reassigned",
        detail={"reason": "away"},
        through=("dave",),
    )
    change.commit()
    assert handed == read_work(TENANT, direct.task_id)[2]
    assert handed.formerly == ("bob", "dave")
    assert sound(here, direct.run_id)[-1].detail["formerly"] == ["bob", "dave"]


def test_the_engine_decides_in_its_owners_place(here, direct):
    asked = []

    def holds(run, step, task):
        asked.append((run.status, step.status, task.owner))
        return len(asked) > 1

    def decide():
        return decide_as(
            TENANT, direct.task_id, "REJECT", holds=holds, actor="signoff:sla", comment="too late"
        )

    assert decide() is None
    assert here.types(direct.run_id)[-1] == "task.opened"
    moved = decide()
    assert settle(TENANT, moved, PATIENCE).run.outcome == "REJECTED"
    assert asked == [("RUNNING", "OPEN", "bob")] * 2
    decided = next(each for each in sound(here, direct.run_id) if each.type == "task.decided")
    assert (decided.actor, decided.via) == ("signoff:sla", None)
    _, step, task = read_work(TENANT, direct.task_id)
    assert step.output["result"]["actor"] == "signoff:sla"
    assert (task.owner, task.decided_by) == ("bob", "signoff:sla")
    assert decide() is None


def test_the_engine_decides_what_nobody_has_claimed(here):
    here.publish(POOL)
    run_id = start(here, "pool", "alice", "initiators").run.run_id
    (task,) = open_tasks(run_id, 1)
    with pytest.raises(Invalid):
        decide_as(TENANT, task.task_id, "maybe", holds=all_of, actor="sla", comment=None)
    decide_as(TENANT, task.task_id, "APPROVE", holds=all_of, actor="sla", comment=None)
    here.until(run_id, "COMPLETED")
    sound(here, run_id)


def all_of(*_):
    return True


# ---------------------------------------------------------------------- races


def at_once(*commands):
    """What each of ``commands`` came to, begun together."""

    def outcome(command):
        try:
            command()
        except (Conflict, Forbidden, Invalid) as refusal:
            return type(refusal).__name__
        return "done"

    with ThreadPoolExecutor(len(commands)) as pool:
        return sorted(pool.map(outcome, commands))


def test_three_decide_at_once_and_the_quorum_of_three_is_reached_once(here):
    here.publish(QUORUM)
    run_id = start(here, "quorum").run.run_id
    users = ("u1", "u2", "u3")
    done = at_once(*(lambda user=user: act(here, user, run_id, "approve") for user in users))
    assert done == ["done"] * 3
    here.until(run_id, "COMPLETED")
    decided = [each for each in sound(here, run_id) if each.type == "task.decided"]
    assert [each.detail["closes"] for each in decided] == [False, False, True]
    assert {each.actor for each in decided} == set(users)


def test_a_delegation_and_a_decision_at_once_have_one_winner(here, direct):
    done = at_once(
        lambda: delegate_task(here.caller("bob"), direct.task_id, "carol"),
        lambda: decide_task(here.caller("bob"), direct.task_id, "approve"),
    )
    assert done in (["Conflict", "done"], ["Forbidden", "done"])
    types = [entry.type for entry in sound(here, direct.run_id)]
    assert types.count("task.delegated") + types.count("task.decided") == 1


def test_two_delegations_at_once_have_one_winner(here, direct):
    done = at_once(
        *(
            lambda to=to: delegate_task(here.caller("bob"), direct.task_id, to)
            for to in ("carol", "dave")
        )
    )
    assert done == ["Forbidden", "done"]
    assert [entry.type for entry in sound(here, direct.run_id)].count("task.delegated") == 1


def test_one_who_acts_twice_at_once_acts_once(here, direct):
    actions = ("approve", "reject", "requestChanges")
    done = at_once(
        *(lambda each=each: act(here, "bob", direct.run_id, each, comment="x") for each in actions)
    )
    assert done == ["Conflict", "Conflict", "done"]
    types = [entry.type for entry in sound(here, direct.run_id)]
    assert types.count("changes.requested") + types.count("task.decided") == 1


def test_the_engine_and_a_person_decide_at_once_and_history_says_who_was_first(here, direct):
    _, _, before = read_work(TENANT, direct.task_id)

    def holds(_run, _step, task):
        return replace(task, version=before.version) == before

    done = at_once(
        lambda: decide_task(here.caller("bob"), direct.task_id, "approve"),
        lambda: decide_as(TENANT, direct.task_id, "reject", holds=holds, actor="sla", comment=None),
    )
    here.until(direct.run_id, "COMPLETED")
    (decided,) = (each for each in sound(here, direct.run_id) if each.type == "task.decided")
    winners = {"bob": ["done", "done"], "sla": ["Conflict", "done"]}
    assert done == winners[decided.actor]


def test_a_rework_is_submitted_once_while_others_close_the_step(here):
    here.publish(QUORUM)
    run_id = start(here, "quorum").run.run_id
    act(here, "u1", run_id, "requestChanges", comment="hm")
    act(here, "u2", run_id, "approve")
    act(here, "u3", run_id, "approve")
    at_once(
        lambda: act(here, "alice", run_id, "submit"),
        lambda: act(here, "alice", run_id, "submit"),
        lambda: act(here, "u4", run_id, "approve"),
    )
    here.until(run_id, "COMPLETED")
    types = [entry.type for entry in sound(here, run_id)]
    assert types.count("task.decided") in (3, 4)
    assert types.count("changes.requested") == 1
    assert worklist(here, "alice") == worklist(here, "u1") == []
