"""Who may comment on a run: who started it, and who is or was asked in it."""

import pytest

from signoff.errors import Forbidden, Invalid, NotFound
from signoff.identity.principal import Actor
from signoff.runs.cancel import cancel_run
from signoff.runs.comment import comment_as_participant
from signoff.runs.ids import new_run_id
from tests.support.people import employ
from tests.support.world import TENANT
from tests.unit.engine.acting import start
from tests.unit.engine.definitions import POOL, SERIAL
from tests.unit.engine.test_act import act


def comment(here, user, run_id, *groups, text="hm", command=None):
    caller = here.caller("key:key-1", command=command)
    return comment_as_participant(caller, run_id, Actor(user, groups), text)


def test_the_initiator_and_those_who_are_or_were_asked(here):
    here.publish(POOL)
    employ(TENANT, "dora")
    run_id = start(here, "pool", "alice", "initiators").run.run_id
    entry = comment(here, "alice", run_id)
    assert (entry.type, entry.actor, entry.via) == ("comment.added", "alice", "key-1")
    comment(here, "carol", run_id, "reviewers")
    for stranger, groups in (("mallory", ()), ("mallory", ("sales",)), ("dora", ())):
        with pytest.raises(Forbidden):
            comment(here, stranger, run_id, *groups)
    act(here, "bob", run_id, "delegate", "legal", delegate_to="dora")
    for asked in ("bob", "dora"):  # with no group left: the delegator, and who has it now
        comment(here, asked, run_id)
    comment(here, "carol", run_id, "reviewers")  # whose group was asked at first
    cancel_run(here.caller("alice"), run_id)
    comment(here, "bob", run_id, text="too bad")


def test_who_will_be_asked_is_not_yet(here):
    here.publish(SERIAL)
    run_id = start(here, "serial").run.run_id
    comment(here, "u1", run_id)
    with pytest.raises(Forbidden):
        comment(here, "u2", run_id)


def test_a_comment_is_said_once_and_says_something(here):
    here.publish(SERIAL)
    run_id = start(here, "serial").run.run_id
    first = comment(here, "alice", run_id, command="c-1")
    assert comment(here, "alice", run_id, command="c-1") == first
    for text in ("", " \n", "x" * 4001):
        with pytest.raises(Invalid):
            comment(here, "alice", run_id, text=text)
    with pytest.raises(NotFound):
        comment(here, "alice", new_run_id())
