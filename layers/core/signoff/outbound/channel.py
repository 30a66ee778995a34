"""A connection to one checked address, plain or TLS, on which no wait outlives the patience."""

import errno
import math
import select
import socket
import ssl
from collections.abc import Callable
from functools import lru_cache, partial
from typing import TypeVar

from signoff.outbound.patience import NoAnswer, Patience

T = TypeVar("T")

# One of several addresses gets so long to accept; the last gets what is left.
CONNECT_SECONDS = 3.0
_UNDER_WAY = (errno.EINPROGRESS, errno.EWOULDBLOCK, errno.EALREADY)


class Channel:
    """A connected socket that never blocks by itself: every wait is ``patience``'s."""

    def __init__(self, connected: socket.socket, patience: Patience) -> None:
        self._socket = connected
        self._patience = patience

    def send(self, data: bytes) -> None:
        """Send everything. Raises NoAnswer."""
        rest = memoryview(data)
        while rest:
            sent = self._do(partial(self._socket.send, rest), select.POLLOUT)
            rest = rest[sent:]

    def receive(self, most: int) -> bytes:
        """What there is, at most that many bytes; nothing at the end. Raises NoAnswer."""
        return self._do(partial(self._socket.recv, most), select.POLLIN)

    def encrypt(self, host: str) -> None:
        """Speak TLS with whoever proves to be ``host``. Raises NoAnswer."""
        try:
            wrapped = trusted().wrap_socket(
                self._socket, server_hostname=host, do_handshake_on_connect=False
            )
        except (OSError, ValueError) as error:
            raise NoAnswer("tls") from error
        self._socket = wrapped
        try:
            self._do(wrapped.do_handshake, select.POLLIN)
        except NoAnswer as error:
            raise NoAnswer("timeout" if error.word == "timeout" else "tls") from error

    def close(self) -> None:
        """End it; what has not been read is thrown away."""
        self._socket.close()

    def _do(self, operation: Callable[[], T], blocked_by: int) -> T:
        while True:
            self._patience.look()  # who sends without a pause is never waited for
            try:
                return operation()
            except ssl.SSLWantReadError:
                event = select.POLLIN
            except ssl.SSLWantWriteError:
                event = select.POLLOUT
            except BlockingIOError:
                event = blocked_by
            except ssl.SSLError as error:
                raise NoAnswer("tls") from error
            except OSError as error:
                raise NoAnswer("connect") from error
            _await(self._socket, event, self._patience)


def connect(addresses: list[str], port: int, patience: Patience) -> Channel:
    """A connection to the first of ``addresses`` (numbers) that accepts. Raises NoAnswer."""
    last = len(addresses) - 1
    for index, address in enumerate(addresses):
        seconds = math.inf if index == last else CONNECT_SECONDS
        made = _connected(address, port, patience, seconds)
        if made is not None:
            return Channel(made, patience)
    raise NoAnswer("connect")


def _connected(address: str, port: int, patience: Patience, seconds: float) -> socket.socket | None:
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    try:
        made = socket.socket(family, socket.SOCK_STREAM)
    except OSError:
        return None  # a family that this machine does not speak
    try:
        made.setblocking(False)
        result = made.connect_ex((address, port))
        if result in _UNDER_WAY and _await(made, select.POLLOUT, patience, seconds):
            result = made.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR)
        if result == 0:
            made.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            return made
    except OSError:
        made.close()
        return None
    except BaseException:
        made.close()
        raise
    made.close()
    return None


def _await(
    waited: socket.socket, event: int, patience: Patience, seconds: float = math.inf
) -> bool:
    poll = select.poll()
    poll.register(waited, event)
    return patience.wait(lambda left: bool(poll.poll(math.ceil(left * 1000))), seconds)


@lru_cache(maxsize=1)
def trusted() -> ssl.SSLContext:
    """Who is believed to be who they say: the system's certificates, names checked, TLS 1.2 on."""
    context = ssl.create_default_context()
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    context.set_alpn_protocols(["http/1.1"])
    return context
