"""Submitting a rejected run's document anew: another run, linked to the first."""

import threading
from contextlib import suppress

import pytest

from signoff.errors import Conflict, Forbidden, Invalid, NotFound
from signoff.runs.cancel import cancel_run
from signoff.runs.progress import settle
from signoff.runs.read import read_run
from signoff.runs.restart import restart_run
from signoff.runs.resubmit import resubmit_run
from signoff.runs.reverse import reverse_rejection
from signoff.runs.start import start_run
from tests.support.world import TENANT
from tests.unit.engine.acting import PATIENCE, decide, open_tasks
from tests.unit.engine.redirecting import agrees

PURCHASE = """
key: purchase
name: Purchase
parameters: {type: object, properties: {amount: {type: number}, colour: {type: string}}}
steps:
  - id: check
    type: approval
    config:
      mode: direct
      candidates: {users: [bob]}
      outcomes: {ok: {next: yes_}, reject: {next: no_}}
  - {id: yes_, type: end, config: {outcome: APPROVED}}
  - {id: no_, type: end, config: {outcome: Rejected-by-Bob}}
"""


@pytest.fixture
def rejected(here):
    """A rejected run of alice's, about doc-1."""
    here.publish(PURCHASE)
    moved = start_run(
        here.caller("alice"),
        "purchase",
        variables={"amount": 7},
        document_ref="doc-1",
        urgency="urgent",
    )
    run_id = settle(TENANT, moved, PATIENCE).run.run_id
    reject(here, run_id)
    return run_id


def reject(here, run_id):
    (task,) = open_tasks(run_id, 1)
    decide(here, "bob", task, "reject")
    here.until(run_id, "COMPLETED")


def again(here, run_id, user="alice", **more):
    moved = resubmit_run(here.caller(user, **more), run_id, document_ref="doc-2", comment="better")
    return settle(TENANT, moved, PATIENCE)


def test_it_has_the_same_variables_and_the_new_document(here, rejected):
    view = again(here, rejected)
    run = view.run
    assert (run.previous_run_id, run.document_ref, run.urgency, run.initiator) == (
        rejected, "doc-2", "urgent", "alice",
    )  # fmt: skip
    assert [task.urgency for task in view.open_tasks] == ["urgent"]
    started = here.history(run.run_id)[0].detail
    assert started["variables"] == {"amount": 7, "colour": None}
    assert (started["previousRunId"], started["urgency"]) == (rejected, "urgent")
    old = read_run(TENANT, rejected)
    assert (old.next_run_id, old.status) == (run.run_id, "COMPLETED")
    last = here.history(rejected)[-1]
    assert (last.type, last.actor, last.detail) == (
        "run.resubmitted",
        "alice",
        {"newRunId": run.run_id, "documentRef": "doc-2", "comment": "better"},
    )
    agrees(here, rejected)
    agrees(here, run.run_id)


def test_it_runs_the_newest_version(here, rejected):
    here.publish(PURCHASE.replace("users: [bob]", "users: [carol]"))
    view = again(here, rejected)
    assert (view.run.definition_version, view.open_tasks[0].owner) == (2, "carol")


def test_one_at_a_time_and_the_next_one_from_the_last(here, rejected):
    first = again(here, rejected).run.run_id
    with pytest.raises(Conflict, match=first):
        again(here, rejected)
    with pytest.raises(Conflict, match=first):
        reverse_rejection(here.caller("ops"), rejected, "both?")
    with pytest.raises(Conflict, match=first):
        restart_run(here.caller("ops"), rejected, "both?")
    assert read_run(TENANT, rejected).status == "COMPLETED"
    reject(here, first)
    with pytest.raises(Conflict):
        again(here, rejected)
    second = again(here, first)
    assert second.run.previous_run_id == first


def test_one_that_was_cancelled_is_as_if_it_had_not_been(here, rejected):
    first = again(here, rejected).run.run_id
    cancel_run(here.caller("alice"), first)
    second = again(here, rejected).run.run_id
    assert read_run(TENANT, rejected).next_run_id == second != first
    cancel_run(here.caller("alice"), second)
    moved = restart_run(here.caller("ops"), rejected)
    assert settle(TENANT, moved, PATIENCE).run.status == "RUNNING"


def test_only_its_initiator_and_only_a_rejected_run(here, rejected):
    with pytest.raises(Forbidden):
        again(here, rejected, "bob")
    with pytest.raises(NotFound):
        again(here, "0" * 8 + rejected[8:])
    moved = start_run(here.caller("alice"), "purchase", variables={}, document_ref="d")
    running = settle(TENANT, moved, PATIENCE).run.run_id
    with pytest.raises(Conflict):
        again(here, running)
    (task,) = open_tasks(running, 1)
    decide(here, "bob", task, "ok")
    here.until(running, "COMPLETED")
    with pytest.raises(Conflict):
        again(here, running)


def test_a_command_repeated_under_its_key_makes_one_run(here, rejected):
    first = again(here, rejected, command="again-1").run.run_id
    assert again(here, rejected, command="again-1").run.run_id == first
    assert here.types(rejected).count("run.resubmitted") == 1


def test_of_several_at_once_one_wins(here, rejected):
    made = []

    def resubmit():
        with suppress(Conflict):
            moved = resubmit_run(here.caller("alice"), rejected, document_ref="doc-2")
            made.append(moved.run_id)

    threads = [threading.Thread(target=resubmit) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(PATIENCE)
    assert made == [read_run(TENANT, rejected).next_run_id]


@pytest.mark.parametrize("urgency", ["", "  ", "u" * 33])
def test_an_urgency_that_does_not_fit_is_refused(here, urgency):
    here.publish(PURCHASE)
    with pytest.raises(Invalid) as refused:
        start_run(here.caller("alice"), "purchase", variables={}, urgency=urgency)
    assert refused.value.field == "urgency"
