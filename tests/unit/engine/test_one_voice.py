"""A person has one voice in a step, whichever way its tasks come to them.

Two tasks of a step with one person would be one that nobody can decide.
"""

import pytest

from signoff.directory.user import Absence
from signoff.errors import Invalid
from signoff.identity.principal import Actor
from signoff.runs.attempts import fail_run
from signoff.runs.read import read_run
from signoff.runs.retry import retry_run
from signoff.tasks.act import act_on_run
from signoff.tasks.claim import claim_task
from signoff.tasks.decide import decide_task
from signoff.tasks.delegate import delegate_task
from signoff.tasks.departure import remove_person
from signoff.tasks.reassign import reassign_task
from tests.support.people import employ
from tests.support.world import TENANT
from tests.unit.engine.acting import decide, open_tasks, start
from tests.unit.engine.definitions import SERIAL
from tests.unit.engine.test_several import CROWD, GROUPS

PEOPLE = ["ada", "bea", "cleo"]


def send_on_leave(*people, delegate):
    employ(TENANT, *people, absence=Absence("2020-01-01T00:00:00.000Z", None, delegate))


def hands(run_id):
    """Who has the step's tasks, or may take them."""
    return [task.owner or task.groups for task in open_tasks(run_id, len(PEOPLE))]


def ask_for_changes_and_get_them(here, run_id, user, meanwhile):
    act_on_run(here.caller("key"), run_id, Actor(user, ()), "requestChanges", comment="no date")
    meanwhile()
    act_on_run(here.caller("key"), run_id, Actor("alice", ()), "submit", comment=None)


@pytest.fixture
def crowd(here):
    """A run that asks three people at once."""
    here.publish(CROWD)
    return start(here, "crowd", people=PEOPLE).run.run_id


@pytest.fixture
def series(here):
    """A run that asks three people, one after the other."""
    here.publish(SERIAL)
    employ(TENANT, "u1", "u2", "u3")
    return start(here, "serial").run.run_id


def test_nobody_stands_in_for_two_when_a_step_opens_again(here, crowd):
    fail_run(read_run(TENANT, crowd), {"error": "StepFailed", "cause": "for the test"})
    employ(TENANT, "dora")
    send_on_leave("ada", "bea", delegate="dora")
    retry_run(here.caller("ops"), crowd)
    assert hands(crowd) == ["dora", ("administrators",), "cleo"]


def test_nor_does_somebody_whose_own_task_opens_again_later(here, crowd):
    bea = open_tasks(crowd, 3)[1]
    employ(TENANT, "dora")
    delegate_task(here.caller("bea"), bea.task_id, "dora")
    fail_run(read_run(TENANT, crowd), {"error": "StepFailed", "cause": "for the test"})
    send_on_leave("ada", delegate="dora")
    retry_run(here.caller("ops"), crowd)
    assert hands(crowd) == [("administrators",), "dora", "cleo"]


def test_nor_does_somebody_with_a_task_of_another_look_at_changes(here, crowd):
    bea = open_tasks(crowd, 3)[1]
    employ(TENANT, "dora")
    delegate_task(here.caller("bea"), bea.task_id, "dora")
    ask_for_changes_and_get_them(
        here, crowd, "ada", meanwhile=lambda: send_on_leave("ada", delegate="dora")
    )
    assert hands(crowd) == [("administrators",), "dora", "cleo"]


def test_changes_come_back_to_the_pool_of_whoever_has_voted_meanwhile(here):
    here.publish(GROUPS)
    run_id = start(here, "groups").run.run_id
    legal, finance = open_tasks(run_id, 2)
    bob = here.caller("bob", "legal", "finance")
    claim_task(bob, legal.task_id)

    def meanwhile():
        claim_task(bob, finance.task_id)
        decide_task(bob, finance.task_id, "approve")

    ask_for_changes_and_get_them(here, run_id, "bob", meanwhile)
    (again,) = open_tasks(run_id, 1)
    assert (again.task_id, again.status, again.owner) == (legal.task_id, "PENDING", None)
    claim_task(here.caller("eve", "legal"), legal.task_id)
    assert decide(here, "eve", legal, "approve").run.outcome == "APPROVED"


def test_no_task_of_a_series_goes_to_somebody_whose_turn_comes_later(here, series):
    (first,) = open_tasks(series, 1)
    with pytest.raises(Invalid, match="another task of this step"):
        delegate_task(here.caller("u1"), first.task_id, "u2")
    with pytest.raises(Invalid, match="another task of this step"):
        reassign_task(here.caller("ops"), first.task_id, user="u3")


def test_nor_does_what_somebody_leaves_behind(here, series):
    employ(TENANT, "u1", manager="u2")
    remove_person(here.caller("ops"), "u1")
    (first,) = open_tasks(series, 1)
    assert (first.owner, first.groups) == (None, ("administrators",))
