"""Many receivers of webhooks in one server: who got what how often, and who is dead meanwhile."""

from __future__ import annotations

import socket
import threading
import time
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Literal

from signoff.webhooks.verify import NotGenuine, verify

Manner = Literal["well", "error", "hang", "refuse"]
"""Answers 200; answers 500; takes the request and is silent; does not even listen."""

LONGEST_SILENCE = 30.0
"""Seconds; a sender gives up long before."""


@dataclass
class Subscriber:
    """One receiver. ``got`` counts each event by its id, ``first`` is when it came first.

    ``manner`` may be changed at any time. ``tries`` are requests that it did not take. What is not
    signed with ``secret`` is in ``forged``.
    """

    number: int
    url: str
    manner: Manner = "well"
    secret: str = ""
    webhook_id: str = ""
    got: dict[str, int] = field(default_factory=lambda: defaultdict(int))
    first: dict[str, float] = field(default_factory=dict)
    tries: int = 0
    forged: int = 0
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def take(self, body: bytes, headers: dict[str, str]) -> None:
        """Note a request that is to be answered well."""
        now = time.time()
        with self._lock:
            try:
                received = verify(body, headers, self.secret)
            except NotGenuine:
                self.forged += 1
                return
            self.got[received.id] += 1
            self.first.setdefault(received.id, now)

    def note_try(self) -> None:
        """Note a request that is not taken."""
        with self._lock:
            self.tries += 1


class _Handler(BaseHTTPRequestHandler):
    server: _Server

    def do_POST(self) -> None:
        one = self.server.subscribers[int(self.path.rpartition("/")[2])]
        body = self.rfile.read(int(self.headers.get("Content-Length", "0")))
        if one.manner == "well":
            one.take(body, dict(self.headers))
            self._answer(200)
            return
        one.note_try()
        if one.manner == "hang":
            self.server.stopped.wait(LONGEST_SILENCE)
        self._answer(500)

    def _answer(self, status: int) -> None:
        with suppress(OSError):  # who had to wait has hung up
            self.send_response(status)
            self.send_header("Content-Length", "0")
            self.end_headers()

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - as the base has it
        """Say nothing."""


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 512

    def __init__(self, address: tuple[str, int], *, listening: bool = True) -> None:
        self.subscribers: dict[int, Subscriber] = {}
        self.stopped = threading.Event()
        self.is_listening = listening
        super().__init__(address, _Handler)

    def server_activate(self) -> None:
        if self.is_listening:
            super().server_activate()

    def listen(self) -> None:
        """Begin to listen, if it has not yet."""
        if not self.is_listening:
            self.is_listening = True
            super().server_activate()

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Say nothing of those who hang up."""


class Subscribers(list[Subscriber]):
    """All of them. Those in a ``refuse`` manner are behind a port that nobody listens to."""

    def __init__(self, manners: list[Manner]) -> None:
        self._open = _Server(("127.0.0.1", 0))
        self._closed = _Server(("127.0.0.1", 0), listening=False)
        super().__init__()
        for number, manner in enumerate(manners):
            server = self._closed if manner == "refuse" else self._open
            url = f"http://127.0.0.1:{server.server_address[1]}/{number}"
            one = Subscriber(number, url, manner)
            server.subscribers[number] = one
            self.append(one)
        self._threads: list[threading.Thread] = []
        self._serve(self._open)

    def _serve(self, server: _Server) -> None:
        thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
        thread.start()
        self._threads.append(thread)

    def revive(self) -> None:
        """Let all be well from now on; whoever hangs answers at once."""
        for one in self:
            one.manner = "well"
        self._open.stopped.set()
        if not self._closed.is_listening:
            self._closed.listen()
            self._serve(self._closed)

    def stop(self) -> None:
        """Close both servers."""
        self._open.stopped.set()
        for server in (self._open, self._closed):
            if server.is_listening:
                server.shutdown()
            with suppress(OSError):
                server.socket.shutdown(socket.SHUT_RDWR)
            server.server_close()
        for thread in self._threads:
            thread.join(LONGEST_SILENCE)


@contextmanager
def subscribers(*manners: Manner) -> Iterator[Subscribers]:
    """Receivers of those manners, until the block ends."""
    made = Subscribers(list(manners))
    try:
        yield made
    finally:
        made.stop()
