"""The part of `make run` that receives a webhook: another system is told of a submission.

The receiver is a server of this process. It judges each request with `signoff.webhooks.verify`, as
any receiver in Python may.
"""

from __future__ import annotations

import json
import queue
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from signoff.webhooks.verify import NotGenuine, Received, verify
from signoff_local.walking import Client, expect, say, title

WAIT_SECONDS = 60.0
"""For an event: the first one meets functions that start cold."""

MOST_BYTES = 1_000_000
MOST_EVENTS = 50
"""Of other runs too: somebody else may be at work on the stack."""

SHOWN = ("webhook-id", "webhook-timestamp", "webhook-signature", "x-papyrus-signature")
TYPES = ["workflow.started", "workflow.task.assigned"]


class Receiver(ThreadingHTTPServer):
    """Takes what is signed with its secret, and keeps it for whoever looks."""

    daemon_threads = True

    def __init__(self) -> None:
        self.secret = ""
        self.received: queue.Queue[tuple[dict[str, str], Received]] = queue.Queue()
        super().__init__(("127.0.0.1", 0), _Handler)

    @property
    def url(self) -> str:
        """Where webhooks are to be sent."""
        return f"http://127.0.0.1:{self.server_address[1]}/events"


class _Handler(BaseHTTPRequestHandler):
    server: Receiver

    def do_POST(self) -> None:
        """204 for a genuine event, 401 for anything else."""
        length = int(self.headers.get("Content-Length", "0"))
        headers = {name.lower(): value for name, value in self.headers.items()}
        try:
            event = verify(self.rfile.read(min(length, MOST_BYTES)), headers, self.server.secret)
        except (NotGenuine, ValueError):  # ValueError: the secret is not known here yet
            self._answer(401)
            return
        self.server.received.put((headers, event))
        self._answer(204)

    def _answer(self, status: int) -> None:
        self.send_response(status)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - as the base has it
        """Say nothing: the walk shows what came."""


@contextmanager
def receiver() -> Iterator[Receiver]:
    """A receiver that listens until the block ends."""
    server = Receiver()
    thread = threading.Thread(target=server.serve_forever, args=(0.05,))
    thread.start()
    try:
        yield server
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def hear_of(admin: Client, submit: Callable[[], Any]) -> Any:
    """Make a webhook, `submit` something, show what the webhook brings; answers the flow."""
    title("4. Another system is told by a webhook")
    say("An administrator says where events are to be sent. The secret is shown this once.")
    with receiver() as here:
        body = {"url": here.url, "eventTypes": TYPES, "description": "The receiver of make run"}
        made = admin.call(None, "POST", "/admin/webhooks", body)["data"]
        here.secret = made["secret"]
        flow = submit()
        say("What the receiver has got of it, each with a signature that fits:")
        instance = f"wi_{flow['flowId'].replace('-', '')}"
        waiting = set(TYPES)
        for _ in range(MOST_EVENTS):
            event = _next(here)
            if event["data"]["instanceId"] == instance:
                waiting.discard(event["type"])
            if not waiting:
                break
        expect(not waiting)
        say("That was to show it: the webhook is taken away.")
        admin.call(None, "DELETE", f"/admin/webhooks/{made['id']}")
    return flow


def _next(here: Receiver) -> dict[str, Any]:
    """Print the next event and answer it; ends the walk if none comes."""
    try:
        headers, received = here.received.get(timeout=WAIT_SECONDS)
    except queue.Empty:
        expect(False)
        raise
    print("\nPOST /events")
    print("\n".join(f"{name}: {headers[name]}" for name in SHOWN))
    print("\n" + json.dumps(received.event, indent=2, ensure_ascii=False), flush=True)
    return received.event
