"""A process may die before or after any call to AWS; nothing is lost and nothing happens twice.

Each case kills one command or step function at one call, once. Then the sweep runs, the client
repeats its command under the same Idempotency-Key, and the run must end exactly as one in which
nothing went wrong: same entries, each once, same state, told by history.
"""

import json
from contextlib import suppress

import pytest

from signoff.errors import Conflict, NotFound
from signoff.history.replay import rebuild
from signoff.outbox.publish import publish_records
from signoff.runs.ids import derived_run_id
from signoff.runs.progress import settle
from signoff.runs.read import read_run
from signoff.runs.start import start_run
from signoff.runs.view import view_run
from signoff.storage.clients import client
from signoff.storage.store import history
from signoff.tasks.claim import claim_task
from signoff.tasks.decide import decide_task
from tests.support.world import STEPS, TENANT, Killed
from tests.unit.engine.acting import PATIENCE, open_tasks
from tests.unit.engine.definitions import POOL
from tests.unit.engine.test_attempts import make_due

EXPECTED = [
    "run.started",
    "step.entered",
    "task.opened",
    "task.claimed",
    "task.decided",
    "step.entered",
    "run.completed",
]
COMMANDS = ("start", "claim", "decide")
FUNCTIONS = ("open_tasks", "finish_run")
# More than any of them makes; a place beyond the last call kills nothing and ends the search.
MOST_CALLS = 12


class Life:
    """One run from start to end, with a kill at one place."""

    def __init__(self, here, where, place):
        self.here, self.where, self.place = here, where, place
        self.killed = False
        self.run_id = derived_run_id("start-1")
        for name in STEPS:
            here.machines._functions[f"arn:step:{name}"] = self._function(name)

    def _function(self, name):
        def invoke(payload, context):
            plan = self.place if name == self.where and not self.killed else None
            with self.here.faults.watching(plan):
                try:
                    return self.here.handlers[f"arn:step:{name}"](payload, context)
                except Killed:
                    self.killed = True
                    raise

        return invoke

    def command(self, name, act):
        """Send a command as a client does: again, under the same key, when there is no answer."""
        if name == self.where:
            with self.here.faults.watching(self.place):
                try:
                    return act()
                except Killed:
                    self.killed = True
            self.sweep()
        return act()

    def sweep(self):
        with suppress(NotFound):
            make_due(read_run(TENANT, self.run_id))
        self.here.sweep_now()

    def live(self):
        here = self.here
        alice = here.caller("alice", "initiators", command="start-1")
        bob = here.caller("bob", "legal", command="claim-1")
        moved = self.command(
            "start", lambda: start_run(alice, "pool", variables={}, document_ref="d")
        )
        settle(TENANT, moved, PATIENCE)
        (task,) = open_tasks(self.run_id, 1)
        claimed = self.command("claim", lambda: claim_task(bob, task.task_id))
        assert claimed.owner == "bob"
        verdict = here.caller("bob", "legal", command="decide-1")
        self.command("decide", lambda: decide_task(verdict, task.task_id, "APPROVE"))
        here.until(self.run_id, "COMPLETED")
        here.reconcile_all()


def published_ids(here):
    """The ids that the outbox has published, after two deliveries of everything, out of order."""
    sqs = client("sqs")
    queue = sqs.create_queue(QueueName="all")["QueueUrl"]
    arn = sqs.get_queue_attributes(QueueUrl=queue, AttributeNames=["QueueArn"])["Attributes"]
    events = client("events")
    events.create_event_bus(Name="bus")
    events.put_rule(
        Name="all", EventBusName="bus", EventPattern=json.dumps({"source": ["signoff"]})
    )
    events.put_targets(
        Rule="all", EventBusName="bus", Targets=[{"Id": "all", "Arn": arn["QueueArn"]}]
    )
    items = client("dynamodb").scan(TableName=history().name)["Items"]
    records = [
        {"eventName": "INSERT", "dynamodb": {"SequenceNumber": str(n), "NewImage": item}}
        for n, item in enumerate(items)
    ]
    assert publish_records(list(reversed(records))) == []
    assert publish_records(records) == []
    ids = []
    while found := sqs.receive_message(QueueUrl=queue, MaxNumberOfMessages=10).get("Messages"):
        for message in found:
            ids.append(json.loads(message["Body"])["detail"]["id"])
            sqs.delete_message(QueueUrl=queue, ReceiptHandle=message["ReceiptHandle"])
    return ids


def check_end(here, run_id, expected=EXPECTED):
    entries = here.history(run_id)
    assert [entry.type for entry in entries] == expected
    view = view_run(TENANT, run_id)
    told = rebuild(entries)
    assert told.problems == []
    assert (view.run.status, view.run.outcome, view.run.sequence, view.open_tasks) == (
        told.status,
        told.outcome,
        told.sequence,
        [],
    )
    leftovers = [
        item
        for item in client("dynamodb").scan(TableName="state")["Items"]
        if "#G#" in item["PK"]["S"] or "#U#" in item["PK"]["S"]
    ]
    assert leftovers == []
    return entries


@pytest.mark.parametrize("before_or_after", ["before", "after"])
@pytest.mark.parametrize("where", [*COMMANDS, *FUNCTIONS])
def test_a_kill_at_any_call_changes_nothing_in_the_end(monkeypatch, where, before_or_after):
    from tests.support.world import world

    killed = 0
    for number in range(1, MOST_CALLS):
        with world(monkeypatch) as here:
            here.publish(POOL)
            life = Life(here, where, (number, before_or_after == "after"))
            life.live()
            check_end(here, life.run_id)
            if not life.killed:
                break
            killed += 1
    assert killed >= 2, "the fault was injected nowhere"
    assert killed < MOST_CALLS - 1, "there are more calls than places"


def test_every_change_is_published_under_one_id_however_often_it_is_delivered(here):
    here.publish(POOL)
    life = Life(here, "nowhere", None)
    life.live()
    entries = check_end(here, life.run_id)
    ids = published_ids(here)
    assert sorted(ids) == sorted([entry.id for entry in entries] * 2)


def test_without_an_idempotency_key_a_repeated_decision_is_a_conflict_and_counts_once(here):
    here.publish(POOL)
    moved = start_run(here.caller("alice", "initiators"), "pool", variables={}, document_ref="d")
    (task,) = open_tasks(moved.run_id, 1)
    claim_task(here.caller("bob", "legal"), task.task_id)
    with here.faults.watching((2, True)), pytest.raises(Killed):
        decide_task(here.caller("bob"), task.task_id, "APPROVE")
    with pytest.raises(Conflict):
        decide_task(here.caller("bob"), task.task_id, "APPROVE")
    here.sweep_now()
    assert read_run(TENANT, moved.run_id).nudged  # fresh marks are the command's own to clear
    make_step_due(moved.run_id, task)
    here.sweep_now()
    here.until(moved.run_id, "COMPLETED")
    assert here.types(moved.run_id).count("task.decided") == 1


def make_step_due(run_id, task):
    """As if the grace of the step's nudge had passed."""
    from signoff.storage.store import state
    from signoff.storage.transaction import Transaction
    from signoff.tasks.model import step_key

    change = Transaction()
    key = step_key(TENANT, run_id, task.code)
    change.update(state(), key, set_={"nudgeAt": "2020-01-01T00:00:00.000Z"})
    change.commit()
