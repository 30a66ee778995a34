"""What the client reads of an answer, and what it takes for none."""

from __future__ import annotations

import socket

import pytest

from signoff.outbound.client import send
from tests.support.receiver import (
    CHUNKED,
    LONG,
    OK,
    Receiver,
    floods,
    hangs,
    receiver,
    says,
    take,
)


@pytest.mark.parametrize("status", [201, 299, 301, 302, 307, 400, 404, 410, 429, 500, 503])
def test_every_status_is_an_answer(status: int, local: None) -> None:
    answer = f"HTTP/1.1 {status} Whatever\r\nRetry-After: 7\r\n\r\nbecause".encode()
    with receiver(says(answer)) as here:
        reply = send(here.url)
    assert (reply.status, reply.headers, reply.answer) == (status, {"retry-after": "7"}, "because")
    assert (reply.error, reply.ok) == (None, status < 300)


@pytest.mark.parametrize(
    ("answer", "text"),
    [
        (b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello, and more", "hello"),
        (b"HTTP/1.0 200 OK\n\nhello", "hello"),
        (b"HTTP/1.1 200\r\n\r\nhello", "hello"),
        (b"HTTP/1.1 204 No Content\r\n\r\nhello", ""),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\nhello", ""),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nbroken o", "broken o"),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 5, 5\r\n\r\nhello", "hello"),
        (CHUNKED + b"3\r\nhel\r\n2;x=y\r\nlo\r\n0\r\nA: b\r\n\r\n", "hello"),
        (CHUNKED + b"3\r\nhel\r\nnonsense\r\nlo", "hel"),
        (CHUNKED + b"3\r\nhelXX2\r\nlo\r\n", "hel"),
        (CHUNKED + b"-1\r\nhel", ""),
        (b"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nA: b\r\n\r\n" + OK, "ok"),
        (b"HTTP/1.1 200 OK\r\n\r\n\xff\x00\xe2\x82", "\ufffd\0\ufffd"),
    ],
)
def test_an_answer_is_read(answer: bytes, text: str, local: None) -> None:
    with receiver(says(answer)) as here:
        reply = send(here.url)
    assert (reply.answer, reply.error) == (text, None)


def test_fields_of_one_name_are_joined(local: None) -> None:
    answer = b"HTTP/1.1 200 OK\r\nA:  1 \r\na:2\r\nB:\r\nContent-Length: 0\r\n\r\n"
    with receiver(says(answer)) as here:
        assert send(here.url).headers == {"a": "1, 2", "b": "", "content-length": "0"}


def test_head_has_no_body(local: None) -> None:
    with receiver(says(b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n")) as here:
        reply = send(here.url, method="HEAD")
    assert (reply.status, reply.answer, reply.error) == (200, "", None)


@pytest.mark.parametrize(
    "answer",
    [
        b"SSH-2.0-OpenSSH_9.2\r\n\r\n",
        b"HTTP/2 200 OK\r\n\r\n",
        b"HTTP/1.1 20 OK\r\n\r\n",
        b"HTTP/1.1 2000 OK\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nno colon\r\n\r\n",
        b"HTTP/1.1 200 OK\r\n: no name\r\n\r\n",
        b"HTTP/1.1 200 OK\r\n folded: x\r\n\r\n",
        b"\r\n\r\nhello",
        b"x" * 20_000,
        b"HTTP/1.1 200 OK\r\n" + b"A: b\r\n" * 20_000,
        b"HTTP/1.1 200 OK\r\nA: " + b"b" * 20_000,
        b"HTTP/1.1 100 Continue\r\n\r\n" * 5_000,
        b"HTTP/1.1 101 Switching Protocols\r\n\r\nhello",
    ],
)
def test_what_is_no_http_is_no_answer(answer: bytes, local: None) -> None:
    with receiver(says(answer)) as here:
        reply = send(here.url)
    assert (reply.status, reply.error, reply.ok) == (None, "protocol", False)


def test_of_a_hundred_megabytes_a_kilobyte_is_read(local: None) -> None:
    sent = []

    def deed(peer: socket.socket, here: Receiver) -> None:
        take(peer, here)
        peer.sendall(LONG)
        for _ in range(100):
            peer.sendall(b"x" * 1024 * 1024)
            sent.append(1)

    with receiver(deed) as here:
        reply = send(here.url)
    assert (reply.status, reply.answer, reply.error) == (200, "x" * 1024, None)
    assert len(sent) < 100


@pytest.mark.parametrize("before", [CHUNKED, b"HTTP/1.1 200 OK\r\n\r\n"])
def test_nor_of_a_body_that_does_not_say_its_length(before: bytes, local: None) -> None:
    piece = b"1\r\nx\r\n" if before is CHUNKED else b"x"
    with receiver(floods(before, piece * 10_000, 100)) as here:
        reply = send(here.url, keep=700)
    assert (reply.status, reply.answer, reply.error) == (200, "x" * 700, None)


def test_nothing_of_the_body_is_kept_where_nothing_is_wanted(local: None) -> None:
    with receiver(hangs(LONG)) as here:
        reply = send(here.url, keep=0)
    assert (reply.status, reply.answer, reply.error) == (200, "", None)


def test_endless_fields_end(local: None) -> None:
    with receiver(floods(b"HTTP/1.1 200 OK\r\n", b"A: b\r\n" * 1000, 1000)) as here:
        assert send(here.url).error == "protocol"


def test_blanks_in_fields_take_no_time_to_read(local: None) -> None:
    field = b"A: b" + b" " * 8_100 + b"c\r\n"

    def deed(peer: socket.socket, here: Receiver) -> None:
        take(peer, here)
        peer.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 2 \t\r\n" + field * 3 + b"\r\n")
        here.stopped.wait(0.05)
        peer.sendall(b"ok")

    with receiver(deed) as here:
        # To read them takes no second, though on a busy machine one attempt may.
        for _ in range(5):
            reply = send(here.url, seconds=1.0)
            if reply.ok:
                break
    assert (reply.answer, reply.error) == ("ok", None)
    assert reply.headers["a"].startswith("b  ")
