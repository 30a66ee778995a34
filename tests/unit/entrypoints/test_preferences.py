"""Prefer: wait=N and respond-async (RFC 7240)."""

import pytest

from signoff.entrypoints.preferences import Patience, read_patience
from tests.unit.entrypoints.face_under_test import Shown, ask, make


@pytest.mark.parametrize(
    ("header", "seconds", "applied"),
    [
        (None, 3, None),
        ("", 3, None),
        ("wait=7", 7, "wait=7"),
        ("wait=0", 0, "wait=0"),
        ('wait="7"', 7, "wait=7"),
        (" WAIT = 7 ", 7, "wait=7"),
        ("wait=20", 20, "wait=20"),
        ("wait=21", 20, "wait=20"),
        ("wait=999999999", 20, "wait=20"),
        ("respond-async", 0, "respond-async"),
        ("Respond-Async", 0, "respond-async"),
        ("respond-async, wait=5", 5, "wait=5"),
        ("wait=5, respond-async", 5, "wait=5"),
        ("return=minimal, wait=4; x=1", 4, "wait=4"),
        ("wait=4, wait=9", 4, "wait=4"),
        ("wait", 3, None),
        ("wait=", 3, None),
        ("wait=-1", 3, None),
        ("wait=1.5", 3, None),
        ("wait=soon", 3, None),
        ("wait=٣", 3, None),
        ("handling=lenient", 3, None),
        (",,;=", 3, None),
    ],
)
def test_what_is_asked_for_and_what_is_applied(header, seconds, applied):
    assert read_patience(header) == Patience(float(seconds), applied)


@pytest.mark.usefixtures("scopes")
def test_a_command_gets_the_seconds_and_says_so():
    def waited(request):
        return Shown(said=str(request.wait))

    waiting = make(waited, waits=True)
    _, body, headers = ask(waiting, headers={"Prefer": "wait=9"})
    assert (body["said"], headers["Preference-Applied"]) == ("9.0", "wait=9")
    _, body, headers = ask(waiting)
    assert (body["said"], "Preference-Applied" in headers) == ("3.0", False)


@pytest.mark.usefixtures("scopes")
def test_an_operation_that_does_not_wait_ignores_the_preference():
    _, _, headers = ask(make(lambda request: Shown(said="x")), headers={"Prefer": "wait=9"})
    assert "Preference-Applied" not in headers
