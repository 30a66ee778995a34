"""Servers that prove who they are, and those that do not."""

from __future__ import annotations

import socket
from pathlib import Path

import pytest

from signoff.outbound import channel
from signoff.outbound.client import send
from tests.support.certificates import Authority
from tests.support.receiver import (
    LONG,
    Receiver,
    drips,
    floods,
    receiver,
)
from tests.unit.outbound.conftest import Lookups
from tests.unit.outbound.late import SHORT, late


@pytest.fixture
def authority(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Authority:
    """An authority that the client believes, and no other."""
    made = Authority(tmp_path)
    context = made.trusting()
    monkeypatch.setattr(channel, "trusted", lambda: context)
    return made


def test_a_server_that_proves_who_it_is(
    authority: Authority, local: None, lookups: Lookups
) -> None:
    lookups.say(["127.0.0.1"])
    body = bytes(range(256)) * 4_000
    with receiver(tls=authority.server("hooks.example")) as here:
        reply = send(here.at("hooks.example"), body=body)
    assert (reply.status, reply.answer, reply.ok) == (200, "ok", True)
    assert here.got[0].body == body


def test_an_address_may_have_a_certificate(authority: Authority, local: None) -> None:
    with receiver(tls=authority.server("127.0.0.1")) as here:
        assert send(here.url).ok


def test_a_server_that_is_somebody_else(
    authority: Authority, local: None, lookups: Lookups
) -> None:
    lookups.say(["127.0.0.1"])
    with receiver(tls=authority.server("other.example", "127.0.0.1")) as here:
        reply = send(here.at("hooks.example"))
    assert (reply.status, reply.error, here.got) == (None, "tls", [])


def test_a_server_that_nobody_vouches_for(
    authority: Authority, local: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.undo()
    monkeypatch.setenv("ALLOW_LOCAL_WEBHOOKS", "true")
    with receiver(tls=authority.server("127.0.0.1")) as here:
        reply = send(here.url)
    assert (reply.status, reply.error, here.got) == (None, "tls", [])


def test_a_server_without_tls(authority: Authority, local: None) -> None:
    def plain(peer: socket.socket, here: Receiver) -> None:
        peer.sendall(b"HTTP/1.1 400 Bad Request\r\n\r\n")
        here.stopped.wait(60)

    with receiver(plain) as here:
        assert send(here.url.replace("http:", "https:")).error == "tls"


def test_a_handshake_that_drips_is_late(authority: Authority, local: None) -> None:
    def blindly(peer: socket.socket, here: Receiver) -> None:
        peer.sendall(b"\x16\x03\x03\x40\x00\x02")  # a long record of the handshake
        while not here.stopped.wait(0.02):
            peer.sendall(b"\0")

    with receiver(blindly) as here:
        reply = send(here.url.replace("http:", "https:"), seconds=SHORT)
    assert reply.error == "timeout"


def test_over_tls_too_one_deadline_is_over_everything(authority: Authority, local: None) -> None:
    with receiver(drips(b"x", LONG + b"begun"), tls=authority.server("127.0.0.1")) as here:
        reply = late(here)
    assert (reply.status, reply.error) == (200, "timeout")
    assert reply.answer.startswith("begun")


def test_over_tls_too_a_kilobyte_is_read(authority: Authority, local: None) -> None:
    with receiver(floods(LONG, b"x" * 65536, 1600), tls=authority.server("127.0.0.1")) as here:
        reply = send(here.url)
    assert (reply.status, reply.answer, reply.error) == (200, "x" * 1024, None)


def test_the_system_vouches_for_servers() -> None:
    context = channel.trusted()
    assert context.check_hostname
    assert context.verify_mode.name == "CERT_REQUIRED"
    assert context.minimum_version.name == "TLSv1_2"
