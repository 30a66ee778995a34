"""What the client sends, against real servers."""

from __future__ import annotations

import socket

import pytest

from signoff.errors import Invalid
from signoff.outbound.client import send
from tests.support.receiver import Receiver, receiver, says, take


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


@pytest.mark.parametrize("to", ["http://169.254.169.254/latest/meta-data/", "/elsewhere"])
def test_a_redirect_is_not_followed(to: str, local: None) -> None:
    answer = f"HTTP/1.1 302 Found\r\nLocation: {to}\r\nContent-Length: 0\r\n\r\n".encode()
    with receiver(says(answer)) as here:
        reply = send(here.url)
        assert here.connections == 1
    assert (reply.status, reply.headers["location"], reply.ok) == (302, to, False)


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
