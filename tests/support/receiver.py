"""A real server for outbound requests, that answers as it is told, however badly."""

from __future__ import annotations

import contextlib
import socket
import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

OK = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"
# The head of an answer in pieces, and of one of a hundred megabytes.
CHUNKED = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
LONG = b"HTTP/1.1 200 OK\r\nContent-Length: 104857600\r\n\r\n"


@dataclass(frozen=True)
class Got:
    """A request as it came; header names are lower-case."""

    method: str
    target: str
    headers: dict[str, str]
    body: bytes
    peer: str


@dataclass
class Receiver:
    """What has come, and where to send it. ``stopped`` ends answers that wait."""

    port: int
    scheme: str = "http"
    got: list[Got] = field(default_factory=list)
    connections: int = 0
    stopped: threading.Event = field(default_factory=threading.Event)

    @property
    def url(self) -> str:
        """Its address in numbers."""
        return f"{self.scheme}://127.0.0.1:{self.port}/hook"

    def at(self, host: str, path: str = "/hook") -> str:
        """Its address under a name."""
        return f"{self.scheme}://{host}:{self.port}{path}"


Deed = Callable[[socket.socket, Receiver], None]


def says(answer: bytes) -> Deed:
    """Reads the request and gives that answer."""

    def deed(peer: socket.socket, here: Receiver) -> None:
        take(peer, here)
        peer.sendall(answer)

    return deed


def drips(piece: bytes, before: bytes = b"") -> Deed:
    """Reads the request, says ``before``, and then ``piece`` by ``piece`` for ever."""

    def deed(peer: socket.socket, here: Receiver) -> None:
        take(peer, here)
        peer.sendall(before)
        while not here.stopped.wait(0.02):
            peer.sendall(piece)

    return deed


def floods(before: bytes, piece: bytes, count: int) -> Deed:
    """Reads the request, and sends a lot as fast as it is taken."""

    def deed(peer: socket.socket, here: Receiver) -> None:
        take(peer, here)
        peer.sendall(before)
        for _ in range(count):
            peer.sendall(piece)

    return deed


def hangs(before: bytes = b"", *, unread: bool = False) -> Deed:
    """Reads the request (or not even that), says ``before``, and nothing more."""

    def deed(peer: socket.socket, here: Receiver) -> None:
        if not unread:
            take(peer, here)
        peer.sendall(before)
        here.stopped.wait(60)

    return deed


def take(peer: socket.socket, here: Receiver) -> Got:
    """Read one request and keep it."""
    stream = peer.makefile("rb")
    method, target, _ = stream.readline().decode().split(" ")
    headers = {}
    while line := stream.readline().decode("latin-1").strip():
        name, _, value = line.partition(":")
        headers[name.lower()] = value.strip()
    body = stream.read(int(headers.get("content-length", "0")))
    got = Got(method, target, headers, body, peer.getpeername()[0])
    here.got.append(got)
    return got


_OK = says(OK)


@contextmanager
def receiver(
    deed: Deed = _OK, *, tls: ssl.SSLContext | None = None, host: str = "127.0.0.1"
) -> Iterator[Receiver]:
    """A server on a port of its own, until the block ends; ``deed`` treats each connection."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listening = socket.create_server((host, 0), family=family)
    here = Receiver(listening.getsockname()[1], "https" if tls else "http")
    threads: list[threading.Thread] = []

    def treat(peer: socket.socket) -> None:
        # Whoever hangs up in the middle is what many of these tests are about.
        with contextlib.suppress(OSError, ValueError), peer:
            if tls is None:
                deed(peer, here)
            else:
                with tls.wrap_socket(peer, server_side=True) as secure:
                    deed(secure, here)

    def accept() -> None:
        while True:
            try:
                peer, _ = listening.accept()
            except OSError:
                return
            here.connections += 1
            thread = threading.Thread(target=treat, args=(peer,))
            threads.append(thread)
            thread.start()

    accepting = threading.Thread(target=accept)
    accepting.start()
    try:
        yield here
    finally:
        here.stopped.set()
        with contextlib.suppress(OSError):
            listening.shutdown(socket.SHUT_RDWR)
        accepting.join(60)
        listening.close()
        for thread in threads:
            thread.join(60)
