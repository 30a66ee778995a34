"""Scopes: what waits in one is woken when it is cancelled, and nothing else is."""

from __future__ import annotations

import threading

import pytest

from signoff_local.cancelling import Cancelled, Scope, current, entered


def waiting(scope: Scope) -> tuple[threading.Thread, list[str]]:
    """A thread that waits in the scope for an event that nobody sets."""
    said: list[str] = []
    begun = threading.Event()

    def wait() -> None:
        begun.set()
        try:
            scope.wait(threading.Event(), 120)
        except Cancelled:
            said.append("cancelled")

    thread = threading.Thread(target=wait)
    thread.start()
    begun.wait()
    return thread, said


def test_cancelling_wakes_what_waits_inside_however_deep() -> None:
    outer = Scope()
    thread, said = waiting(Scope(Scope(outer)))

    outer.cancel()

    thread.join(60)
    assert said == ["cancelled"]


def test_cancelling_a_branch_leaves_its_siblings_alone() -> None:
    outer = Scope()
    branch, sibling = Scope(outer), Scope(outer)

    branch.cancel()

    sibling.check()
    outer.check()
    with pytest.raises(Cancelled):
        branch.check()


def test_what_is_begun_in_a_cancelled_scope_is_cancelled() -> None:
    outer = Scope()
    outer.cancel()

    with pytest.raises(Cancelled):
        Scope(outer).wait(threading.Event(), 30)


def test_an_event_that_happens_ends_the_wait_and_one_that_does_not_ends_it_too() -> None:
    happened = threading.Event()
    happened.set()

    assert Scope().wait(happened, 30) is True
    assert Scope().wait(threading.Event(), 0.001) is False


def test_a_thread_has_the_scope_it_entered() -> None:
    scope = Scope()
    with entered(scope):
        assert current() is scope
    assert current() is not scope


def test_no_state_can_catch_it() -> None:
    assert not issubclass(Cancelled, Exception)
