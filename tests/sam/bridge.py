"""A way from containers to the local stack, which listens to this machine alone.

The bridge listens on the address that this machine has in Docker's own network.
"""

from __future__ import annotations

import contextlib
import json
import socket
import socketserver
import subprocess
import sys
import threading
from collections.abc import Iterator
from ipaddress import ip_network
from typing import Any

CHUNK = 65536
"""Bytes that are passed on at once."""


def addresses() -> tuple[str, str]:
    """Where to listen, and what containers call that place."""
    if sys.platform == "darwin":  # there the engine runs in a machine of its own
        return "127.0.0.1", "host.docker.internal"
    found = subprocess.run(
        ["docker", "network", "inspect", "bridge"], check=True, capture_output=True, text=True
    )
    network = json.loads(found.stdout)[0]["IPAM"]["Config"][0]
    # Older engines name the gateway only where it was chosen; it is the network's first address.
    gateway = str(network.get("Gateway") or ip_network(network["Subnet"])[1])
    return gateway, gateway


@contextlib.contextmanager
def bridge(target: tuple[str, int]) -> Iterator[str]:
    """Pass connections on to ``target``; yields the base address for containers."""
    listens_on, called = addresses()

    class Connection(socketserver.BaseRequestHandler):
        def handle(self) -> None:
            with socket.create_connection(target) as onward:
                back = threading.Thread(target=_copy, args=(onward, self.request), daemon=True)
                back.start()
                _copy(self.request, onward)
                back.join()

    class Server(socketserver.ThreadingTCPServer):
        daemon_threads = True
        allow_reuse_address = True

    with Server((listens_on, 0), Connection) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://{called}:{server.server_address[1]}"
        server.shutdown()


def _copy(source: Any, onward: Any) -> None:
    """Pass bytes on until the source ends, then say so to the other side."""
    with contextlib.suppress(OSError):
        while data := source.recv(CHUNK):
            onward.sendall(data)
        onward.shutdown(socket.SHUT_WR)
