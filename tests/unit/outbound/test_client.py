"""The guarded client against real servers."""

from __future__ import annotations

import socket
import threading
from pathlib import Path

import pytest

from signoff.deadline import deadline
from signoff.errors import Invalid
from signoff.outbound import channel, names
from signoff.outbound.channel import Channel
from signoff.outbound.client import Reply, send
from signoff.outbound.patience import NoAnswer, Patience
from tests.support.certificates import Authority
from tests.support.receiver import (
    OK,
    Receiver,
    drips,
    floods,
    hangs,
    receiver,
    says,
    take,
)
from tests.unit.outbound.conftest import Lookups

# A whole test's patience; what is asserted is what came of it, never how long it took.
SHORT = 0.3

CHUNKED = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
LONG = b"HTTP/1.1 200 OK\r\nContent-Length: 104857600\r\n\r\n"


def late(here: Receiver) -> Reply:
    """A request whose head comes in time and no more; a busy machine gets more of it."""
    for seconds in (SHORT, 2.0, 20.0):
        reply = send(here.url, seconds=seconds)
        if reply.answer:
            break
    return reply


def test_a_request_arrives_as_it_was_made(local: None) -> None:
    with receiver() as here:
        reply = send(
            here.url + "?a=%20b",
            method="PUT",
            headers={"webhook-id": "evt_1", "Content-Type": "application/json"},
            body=b'{"a": 1}',
        )
    (got,) = here.got
    assert (got.method, got.target, got.body) == ("PUT", "/hook?a=%20b", b'{"a": 1}')
    assert got.headers == {
        "host": f"127.0.0.1:{here.port}",
        "webhook-id": "evt_1",
        "content-type": "application/json",
        "content-length": "8",
        "accept": "*/*",
        "accept-encoding": "identity",
        "user-agent": "Signoff",
        "connection": "close",
    }
    assert (reply.status, reply.answer, reply.error, reply.ok) == (200, "ok", None, True)
    assert reply.headers == {"content-length": "2"}
    assert reply.milliseconds >= 0


def test_a_get_has_no_body_and_own_words_win(local: None) -> None:
    with receiver() as here:
        send(here.url, method="GET", headers={"User-Agent": "Mine", "Accept": "text/plain"})
    (got,) = here.got
    assert "content-length" not in got.headers
    assert (got.headers["user-agent"], got.headers["accept"]) == ("Mine", "text/plain")


def test_names_of_people_may_be_in_headers(local: None) -> None:
    with receiver() as here:
        assert send(here.url, headers={"X-Approver": "Jos\xe9 \xd1"}).ok
    assert here.got[0].headers["x-approver"] == "Jos\xe9 \xd1"


@pytest.mark.parametrize("status", [201, 299, 301, 302, 307, 400, 404, 410, 429, 500, 503])
def test_every_status_is_an_answer(status: int, local: None) -> None:
    answer = f"HTTP/1.1 {status} Whatever\r\nRetry-After: 7\r\n\r\nbecause".encode()
    with receiver(says(answer)) as here:
        reply = send(here.url)
    assert (reply.status, reply.headers, reply.answer) == (status, {"retry-after": "7"}, "because")
    assert (reply.error, reply.ok) == (None, status < 300)


@pytest.mark.parametrize("to", ["http://169.254.169.254/latest/meta-data/", "/elsewhere"])
def test_a_redirect_is_not_followed(to: str, local: None) -> None:
    answer = f"HTTP/1.1 302 Found\r\nLocation: {to}\r\nContent-Length: 0\r\n\r\n".encode()
    with receiver(says(answer)) as here:
        reply = send(here.url)
        assert here.connections == 1
    assert (reply.status, reply.headers["location"], reply.ok) == (302, to, False)


# What an answer may look like.


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


# Whoever answers badly.


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


def test_blanks_in_fields_take_no_time_to_read(local: None) -> None:
    field = b"A: b" + b" " * 8_100 + b"c\r\n"

    def deed(peer: socket.socket, here: Receiver) -> None:
        take(peer, here)
        peer.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 2 \t\r\n" + field * 3 + b"\r\n")
        here.stopped.wait(0.05)
        peer.sendall(b"ok")

    with receiver(deed) as here:
        reply = send(here.url, seconds=1.0)
    assert (reply.answer, reply.error) == ("ok", None)
    assert reply.headers["a"].startswith("b  ")


def test_who_does_not_take_the_request_is_late(local: None) -> None:
    with receiver(hangs(unread=True)) as here:
        reply = send(here.url, body=b"x" * 64 * 1024 * 1024, seconds=SHORT)
    assert reply.error == "timeout"


def test_a_large_body_arrives_whole(local: None) -> None:
    body = bytes(range(256)) * 40_000
    with receiver() as here:
        assert send(here.url, body=body).ok
    assert here.got[0].body == body


def test_whoever_hangs_up_gives_no_answer(local: None) -> None:
    def deed(peer: socket.socket, here: Receiver) -> None:
        take(peer, here)

    with receiver(deed) as here:
        assert send(here.url).error == "connect"


def test_nobody_there(local: None) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        reply = send(f"http://127.0.0.1:{taken.getsockname()[1]}/")
    assert (reply.status, reply.error) == (None, "connect")


def test_the_work_at_hand_may_leave_less_time(local: None) -> None:
    with receiver(hangs()) as here, deadline(SHORT):
        assert send(here.url).error == "timeout"


# Being slow.


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


# Names and addresses.


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
    errors = [send("https://slow.example/", seconds=0.01).error for _ in range(4)]
    hanging.set()
    assert errors == ["timeout", "timeout", "name", "name"]
    assert len(begun) == 2


# What the environment or a user says.


def test_no_proxy_is_taken_from_the_environment(
    local: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    with receiver() as here, receiver() as proxy:
        for name in ("http_proxy", "HTTP_PROXY", "https_proxy", "all_proxy", "ALL_PROXY"):
            monkeypatch.setenv(name, proxy.url)
        assert send(here.url).ok
        assert (here.connections, proxy.connections) == (1, 0)


def test_no_cookie_is_kept(local: None) -> None:
    with receiver(says(b"HTTP/1.1 200 OK\r\nSet-Cookie: a=b\r\nContent-Length: 0\r\n\r\n")) as here:
        send(here.url)
        send(here.url)
    assert "cookie" not in here.got[1].headers


@pytest.mark.parametrize(
    "headers",
    [
        {"Host": "elsewhere.example"},
        {"content-length": "0"},
        {"Transfer-Encoding": "chunked"},
        {"Connection": "keep-alive"},
        {"Proxy-Authorization": "x"},
        {"Upgrade": "h2c"},
        {"A": "1", "a": "2"},
        {"A": "x\r\nHost: elsewhere.example"},
        {"A": "x\ny"},
        {"A": "x\0"},
        {"A": " x"},
        {"A": "x "},
        {"A": "\u20ac"},
        {"A\r\nB": "x"},
        {"A B": "x"},
        {"": "x"},
        {"A:": "x"},
        {f"A{number}": "x" for number in range(51)},
        {"A": "x" * 20_000},
    ],
)
def test_headers_that_are_none_are_refused(headers: dict[str, str], local: None) -> None:
    with receiver() as here:
        with pytest.raises(Invalid) as refused:
            send(here.url, headers=headers)
        assert here.connections == 0
    assert refused.value.field == "headers"


@pytest.mark.parametrize("method", ["", "get", "CONNECT", "TRACE", "GET / HTTP/1.1\r\nA: b"])
def test_methods_that_are_none_are_refused(method: str) -> None:
    with pytest.raises(Invalid):
        send("https://hooks.example/", method=method)


# TLS.


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
