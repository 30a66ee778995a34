"""How long the client waits, whatever a server does, and who is told that it is slow."""

from __future__ import annotations

import socket
import threading

import pytest

from signoff.deadline import deadline
from signoff.outbound.channel import Channel
from signoff.outbound.client import send
from signoff.outbound.patience import NoAnswer, Patience
from tests.support.receiver import (
    CHUNKED,
    LONG,
    OK,
    Receiver,
    drips,
    hangs,
    receiver,
    take,
)
from tests.unit.outbound.late import SHORT, late


@pytest.mark.parametrize(
    "deed",
    [
        hangs(),
        hangs(unread=True),
        hangs(b"HTTP/1.1 200 OK\r\nContent-Le"),
        drips(b"H"),
        drips(b"A: b\r\n", b"HTTP/1.1 200 OK\r\n"),
        drips(b"HTTP/1.1 102 Processing\r\n\r\n"),
    ],
)
def test_one_deadline_is_over_everything(deed: object, local: None) -> None:
    with receiver(deed) as here:  # type: ignore[arg-type]
        reply = send(here.url, seconds=SHORT)
    assert (reply.status, reply.headers, reply.answer) == (None, {}, "")
    assert (reply.error, reply.ok) == ("timeout", False)


@pytest.mark.parametrize(
    "deed",
    [
        hangs(LONG + b"begun"),
        drips(b"x", LONG + b"begun"),
        drips(b"1\r\nx\r\n", CHUNKED + b"5\r\nbegun\r\n"),
        drips(b";a", CHUNKED + b"5\r\nbegun\r\n0"),
    ],
)
def test_a_body_that_hangs_or_drips_is_late(deed: object, local: None) -> None:
    with receiver(deed) as here:  # type: ignore[arg-type]
        reply = late(here)
    assert reply.status == 200
    assert reply.answer.startswith("begun")
    assert (reply.error, reply.ok) == ("timeout", False)


def test_who_sends_without_a_pause_is_late_too() -> None:
    ours, theirs = socket.socketpair()
    with ours, theirs:
        theirs.sendall(b"there is always more")
        with pytest.raises(NoAnswer, match="timeout"):
            Channel(ours, Patience(0.0)).receive(1)


def test_who_does_not_take_the_request_is_late(local: None) -> None:
    with receiver(hangs(unread=True)) as here:
        reply = send(here.url, body=b"x" * 64 * 1024 * 1024, seconds=SHORT)
    assert reply.error == "timeout"


def test_the_work_at_hand_may_leave_less_time(local: None) -> None:
    with receiver(hangs()) as here, deadline(SHORT):
        assert send(here.url).error == "timeout"


@pytest.mark.parametrize("deed", [hangs(), drips(b"H"), drips(b"x", LONG)])
def test_being_slow_is_told_once_and_waited_on(deed: object, local: None) -> None:
    told: list[str] = []
    with receiver(deed) as here:  # type: ignore[arg-type]
        reply = send(
            here.url,
            seconds=SHORT,
            slow_after=0.05,
            on_slow=lambda: told.append(threading.current_thread().name),
        )
    assert told == [threading.current_thread().name]
    assert reply.error == "timeout"


def test_who_is_late_has_been_slow_although_nobody_looked_in_between() -> None:
    told: list[str] = []
    with pytest.raises(NoAnswer, match="timeout"):
        Patience(0.0, lambda: told.append("slow"), 0.0).look()
    assert told == ["slow"]


def test_a_slow_answer_is_still_an_answer(local: None) -> None:
    told = threading.Event()

    def deed(peer: socket.socket, here: Receiver) -> None:
        take(peer, here)
        told.wait(60)
        peer.sendall(OK)

    with receiver(deed) as here:
        assert send(here.url, slow_after=0.01, on_slow=told.set).ok


def test_who_is_quick_is_not_slow(local: None) -> None:
    told: list[int] = []
    with receiver() as here:
        assert send(here.url, slow_after=60, on_slow=lambda: told.append(1)).ok
    assert told == []


def test_what_the_callback_raises_goes_through(local: None) -> None:
    def deed() -> None:
        raise LookupError("mine")

    with receiver(hangs()) as here, pytest.raises(LookupError):
        send(here.url, slow_after=0.01, on_slow=deed)
