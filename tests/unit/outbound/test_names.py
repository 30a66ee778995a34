"""Which addresses the client connects to for a name, and which it never does."""

from __future__ import annotations

import threading

import pytest

from signoff.outbound import names
from signoff.outbound.client import Reply, send
from tests.support.receiver import (
    receiver,
)
from tests.support.waiting import until
from tests.unit.outbound.conftest import Lookups
from tests.unit.outbound.late import SHORT


def test_a_name_is_looked_up_once_and_is_the_host(local: None, lookups: Lookups) -> None:
    lookups.say(["127.0.0.1"])
    with receiver() as here:
        assert send(here.at("Hooks.Example")).ok
    assert here.got[0].headers["host"] == f"hooks.example:{here.port}"
    assert lookups.asked == ["hooks.example"]


def test_a_second_lookup_cannot_lead_elsewhere(local: None, lookups: Lookups) -> None:
    lookups.say(["127.0.0.1"], ["10.0.0.1"])
    with receiver() as here:
        assert send(here.at("rebinds.example")).ok
        assert send(here.at("rebinds.example")).error == "address"
        assert here.connections == 1
    assert len(lookups.asked) == 2


@pytest.mark.parametrize(
    "found",
    [
        ["127.0.0.1"],
        ["1.1.1.1", "127.0.0.1"],
        ["::1"],
        ["::ffff:127.0.0.1"],
        ["169.254.169.254"],
        ["fd00:ec2::254"],
    ],
)
def test_a_name_that_leads_inside_is_not_called(found: list[str], lookups: Lookups) -> None:
    lookups.say(found)
    with receiver() as here:
        reply = send(f"https://rebinds.example:{here.port}/")
        assert here.connections == 0
    assert (reply.status, reply.error) == (None, "address")


@pytest.mark.parametrize(
    "url", ["http://127.0.0.1:{}/", "https://localhost:{}/", "ftp://a.example"]
)
def test_a_url_that_is_not_allowed_is_not_called(url: str, lookups: Lookups) -> None:
    with receiver() as here:
        assert send(url.format(here.port)) == Reply(None, error="address")
        assert here.connections == 0
    assert lookups.asked == []


def test_the_next_address_is_tried(local: None, lookups: Lookups) -> None:
    lookups.say(["127.77.0.1", "::1", "127.0.0.1"])
    with receiver() as here:
        assert send(here.at("hooks.example")).ok


def test_not_all_of_many_addresses_are_tried(local: None, lookups: Lookups) -> None:
    lookups.say([f"127.77.0.{number}" for number in range(1, 20)] + ["127.0.0.1"])
    with receiver() as here:
        assert send(here.at("hooks.example")).error == "connect"


def test_one_family_does_not_crowd_out_the_other(local: None, lookups: Lookups) -> None:
    lookups.say([*["::1"] * 9, "127.0.0.1"])
    with receiver() as here:
        assert send(here.at("hooks.example")).ok


def test_ipv6(local: None) -> None:
    try:
        with receiver(host="::1") as here:
            reply = send(f"http://[::1]:{here.port}/")
    except OSError:
        pytest.skip("this machine has no IPv6")
    assert reply.ok
    assert here.got[0].headers["host"] == f"[::1]:{here.port}"


def test_a_name_that_nobody_knows(lookups: Lookups) -> None:
    assert send("https://unknown.example/").error == "name"


def test_a_lookup_that_hangs_is_late(monkeypatch: pytest.MonkeyPatch) -> None:
    hanging, told = threading.Event(), threading.Event()

    def never(host: str) -> list[str]:
        hanging.wait(60)
        raise OSError

    monkeypatch.setattr(names, "addresses_of", never)
    reply = send("https://slow.example/", seconds=SHORT, slow_after=0.01, on_slow=told.set)
    hanging.set()
    assert (reply.error, told.is_set()) == ("timeout", True)


def test_without_a_thread_there_is_no_lookup(monkeypatch: pytest.MonkeyPatch) -> None:
    def full(_: threading.Thread) -> None:
        raise RuntimeError("can't start new thread")

    slots = threading.BoundedSemaphore(1)
    monkeypatch.setattr(names, "_AT_ONCE", slots)
    with monkeypatch.context() as crowded:
        crowded.setattr(threading.Thread, "start", full)
        assert send("https://hooks.example/").error == "name"
    assert slots.acquire(blocking=False)


def test_lookups_that_hang_are_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    hanging = threading.Event()
    begun: list[str] = []

    def never(host: str) -> list[str]:
        begun.append(host)
        hanging.wait(60)
        raise OSError

    monkeypatch.setattr(names, "addresses_of", never)
    monkeypatch.setattr(names, "_AT_ONCE", threading.BoundedSemaphore(2))
    errors = [send("https://slow.example/", seconds=1.0).error for _ in range(4)]
    until(lambda: len(begun) >= 2)
    hanging.set()
    assert errors == ["timeout", "timeout", "name", "name"]
    assert len(begun) == 2
