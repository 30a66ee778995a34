"""What the tests of moves, restarts and reversals share."""

from contextlib import suppress
from functools import partial

from signoff.errors import Conflict
from signoff.history.replay import rebuild
from signoff.runs.ids import derived_run_id
from signoff.runs.move import move_run
from signoff.runs.progress import settle
from signoff.runs.read import read_run
from signoff.runs.view import view_run
from signoff.storage.clients import client
from tests.support import waiting
from tests.support.waiting import until
from tests.support.world import TENANT
from tests.unit.engine.acting import PATIENCE

STEPS = """
key: steps
name: Steps
parameters: {type: object, properties: {amount: {type: number}}}
steps:
  - id: first
    type: approval
    config:
      mode: direct
      candidates: {users: [bob]}
      outcomes: {ok: {}, reject: {next: tell}}
  - id: big
    type: condition
    config: {branches: [{when: "{% amount > 10 %}", next: second}], otherwise: third}
  - id: second
    type: approval
    config: {mode: direct, candidates: {users: [carol]}, outcomes: {ok: {}, reject: {next: tell}}}
  - id: third
    type: approval
    config: {mode: direct, candidates: {users: [dave]}, outcomes: {ok: {next: done}}}
  - {id: tell, type: notify, config: {event: refused, message: "No, says {{first.actor}}"}}
  - {id: no_, type: end, config: {outcome: REJECTED}}
  - {id: done, type: end, config: {outcome: DONE, result: "{% amount %}"}}
"""

MANY = """
key: many
name: Many
parameters: {type: object, properties: {who: {type: array}}}
steps:
  - id: vote
    type: approval
    config:
      mode: direct
      candidates: "{% who %}"
      quorum: {approve: all, reject: all}
      outcomes: {approve: {next: last}, reject: {next: last}}
      otherwise: last
  - id: last
    type: approval
    config: {mode: direct, candidates: {users: [bob]}, outcomes: {ok: {next: done}}}
  - {id: done, type: end, config: {outcome: DONE}}
"""


def child_now(run_id):
    """The sub-workflow that the run waits for."""
    run = read_run(TENANT, run_id)
    (step,) = [place for place in run.open_steps.values() if place.type == "workflow"]
    return derived_run_id(run_id, step.path)


def moved(here, run_id, step, reason=None):
    return settle(TENANT, move_run(here.caller("ops"), run_id, step, reason), PATIENCE)


def agrees(here, run_id):
    """History alone tells what is stored."""
    view = view_run(TENANT, run_id)
    told = rebuild(here.history(run_id))
    assert told.problems == []
    assert (told.status, told.outcome, told.current_state, told.attempt, told.generation) == (
        view.run.status,
        view.run.outcome,
        view.run.current_state,
        view.run.attempt,
        view.run.generation,
    )
    assert set(told.open_tasks) == {task.task_id for task in view.open_tasks} == listed(run_id)
    assert (view.run.left, view.run.left_executions) == ({}, [])
    return view


def listed(run_id):
    """The run's tasks in all worklists."""
    found, start_at = set(), {}
    while start_at is not None:
        page = client("dynamodb").scan(TableName="state", **start_at)
        found |= {
            item["taskId"]["S"]
            for item in page["Items"]
            if ("#G#" in item["PK"]["S"] or "#U#" in item["PK"]["S"])
            and item["runId"]["S"] == run_id
        }
        last = page.get("LastEvaluatedKey")
        start_at = {"ExclusiveStartKey": last} if last else None
    return found


def wait_failed(here, run_id):
    """Wait until the run has failed, with every execution that has ended looked after."""

    def has_failed():
        here.reconcile_all()
        return read_run(TENANT, run_id).status == "FAILED"

    until(has_failed)


def quietly(act, *arguments):
    with suppress(Conflict):
        act(*arguments)


def at_once(*acts):
    """Let threads do ``acts`` side by side; whoever comes too late gets a Conflict."""
    waiting.at_once(*(partial(quietly, *act) for act in acts))
