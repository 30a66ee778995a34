"""From a name to addresses, within a time: the system's resolver cannot be told how long it has."""

import socket
import threading

from signoff.outbound.patience import NoAnswer, Patience

# Lookups at once in one container. One that hangs keeps its thread until the resolver gives up.
_AT_ONCE = threading.BoundedSemaphore(64)


class _Lookup:
    """One question to the resolver, on a thread of its own."""

    def __init__(self, host: str, slot: threading.Semaphore) -> None:
        self._host = host
        self._slot = slot
        self._addresses: list[str] | None = None
        self._done = threading.Event()
        threading.Thread(target=self._run, name=f"resolve {host}", daemon=True).start()

    def _run(self) -> None:
        try:
            self._addresses = addresses_of(self._host)
        except (OSError, UnicodeError):
            self._addresses = None
        finally:
            self._slot.release()
            self._done.set()

    def answer(self, patience: Patience) -> list[str]:
        """The addresses. Raises NoAnswer: the name is not known, or the time is over."""
        patience.wait(self._done.wait)
        if not self._addresses:
            raise NoAnswer("name")
        return self._addresses


def resolve(host: str, patience: Patience) -> list[str]:
    """Every address of ``host``, the preferred first, each once; asks once.

    Raises NoAnswer: ``name`` (not known, or too many questions are open), ``timeout``.
    """
    slot = _AT_ONCE
    if not slot.acquire(blocking=False):
        raise NoAnswer("name")
    try:
        lookup = _Lookup(host, slot)
    except RuntimeError as error:  # no more threads
        slot.release()
        raise NoAnswer("name") from error
    return lookup.answer(patience)


def addresses_of(host: str) -> list[str]:
    """What the system's resolver says. Raises OSError where it knows nothing."""
    found = socket.getaddrinfo(host, None, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(each[4][0]) for each in found))
