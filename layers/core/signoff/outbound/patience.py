"""How long one request may take in all, whatever it waits for."""

import time
from collections.abc import Callable
from typing import Literal

# What went wrong: the time is over; an address that may not be called; a name that nobody knows;
# nobody accepts the connection, or it broke off before an answer; no trusted TLS; no HTTP.
Word = Literal["timeout", "address", "name", "connect", "tls", "protocol"]

_FOREVER = float("inf")


class NoAnswer(Exception):
    """There is no answer; ``word`` says why."""

    def __init__(self, word: Word) -> None:
        super().__init__(word)
        self.word: Word = word


class Patience:
    """One deadline over all waits of a request, and one call when it takes longer than usual.

    ``on_slow`` is called once, from the waiting thread, when ``slow_after`` seconds have passed.
    """

    def __init__(
        self,
        seconds: float,
        on_slow: Callable[[], None] | None = None,
        slow_after: float = _FOREVER,
    ) -> None:
        self._started = time.monotonic()
        self._until = self._started + seconds
        self._on_slow = on_slow
        self._slow_at = self._started + slow_after if on_slow else _FOREVER

    @property
    def milliseconds(self) -> int:
        """The time since the beginning."""
        return round((time.monotonic() - self._started) * 1000)

    def wait(self, ready: Callable[[float], bool], at_most: float = _FOREVER) -> bool:
        """Wait until ``ready`` says so, which itself waits for as many seconds as it is given.

        False when ``at_most`` seconds have passed without. Raises NoAnswer when the time is over.
        """
        enough = time.monotonic() + at_most
        while True:
            now = self.look()
            if now >= enough:
                return False
            if ready(min(enough, self._until, self._slow_at) - now):
                return True

    def look(self) -> float:
        """The moment it is, also for who never waits. Raises NoAnswer when the time is over.

        Who is late has been slow, and that is told first, even if nobody looked in between.
        """
        now = time.monotonic()
        if now >= self._slow_at and self._on_slow:
            self._slow_at = _FOREVER
            self._on_slow()
            return self.look()
        if now >= self._until:
            raise NoAnswer("timeout")
        return now
