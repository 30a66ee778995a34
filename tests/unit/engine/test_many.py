"""Steps that ask more people than one transaction has room for."""

import pytest

from signoff.identity.principal import Actor
from signoff.runs.attempts import fail_run
from signoff.runs.read import read_run, read_work
from signoff.runs.retry import retry_run
from signoff.steps import open_tasks as opening
from signoff.tasks.act import act_on_run
from signoff.tasks.decide import decide_task
from signoff.tasks.reassign import reassign_task
from signoff.tasks.worklist import own_worklist
from tests.support.people import employ
from tests.support.world import TENANT
from tests.unit.engine.acting import open_tasks, start
from tests.unit.engine.test_several import CROWD

FAILURE = {"error": "StepFailed", "cause": "for the test"}


@pytest.fixture
def ask(here):
    """Start a run that asks so many people; answers its id and their tasks."""
    here.publish(CROWD)

    def asked(count):
        people = [f"person-{number:02}" for number in range(count)]
        run_id = start(here, "crowd", people=people).run.run_id
        return run_id, open_tasks(run_id, count)

    return asked


# A task that nobody is left for takes an entry more, and any of these may come when few items fit.
@pytest.mark.parametrize("first", [28, 29, 30, 31])
def test_a_step_opens_again_whoever_of_the_many_has_left(here, ask, first):
    run_id, tasks = ask(36)
    fail_run(read_run(TENANT, run_id), FAILURE)
    gone = [task.owner for task in tasks[first : first + 2]]
    employ(TENANT, *gone, active=False)
    retry_run(here.caller("ops"), run_id)
    again = open_tasks(run_id, 36)
    assert [task.owner for task in again if task.owner is None] == [None, None]


def test_a_step_opens_again_however_many_have_decided(here, ask):
    run_id, tasks = ask(45)
    for task in tasks[:42]:
        decide_task(here.caller(task.owner), task.task_id, "approve")
    fail_run(read_run(TENANT, run_id), FAILURE)
    retry_run(here.caller("ops"), run_id)
    assert [task.owner for task in open_tasks(run_id, 3)] == [task.owner for task in tasks[42:]]


def test_somebody_decides_while_a_step_is_opening_again(here, ask, monkeypatch):
    run_id, tasks = ask(40)
    fail_run(read_run(TENANT, run_id), FAILURE)
    monkeypatch.setattr(opening, "_CHUNKS", 1)  # its function dies after the first transaction
    retry_run(here.caller("ops"), run_id)
    first = next(task for task in open_tasks(run_id, 32) if task.task_id == tasks[0].task_id)
    decide_task(here.caller(first.owner), first.task_id, "approve")
    _, step, decided = read_work(TENANT, first.task_id)
    assert (step.opened, decided.status) == (32, "COMPLETED")


def test_what_closes_with_a_step_leaves_room_for_the_note_of_the_command(here, ask):
    run_id, tasks = ask(40)
    reassign_task(here.caller("ops"), tasks[7].task_id, user=None, groups=("legal", "finance"))
    eve = here.caller("key", command="c" * 64)
    for _ in range(2):
        act_on_run(eve, run_id, Actor("eve", ("legal",)), "reject", comment="no")
    here.until(run_id, "COMPLETED")
    for task in tasks:
        assert own_worklist(here.caller(task.owner), limit=5, cursor=None).items == []
