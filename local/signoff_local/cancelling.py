"""Executions that can be stopped: a tree of scopes, one per execution and one per branch.

The emulator runs an execution, and each branch of it, as a thread that sleeps or waits for a token.
Nothing wakes such a thread when its execution was stopped or a sibling branch failed. A scope does.
"""

from __future__ import annotations

import contextlib
import contextvars
import threading
from collections.abc import Iterator


class Cancelled(BaseException):
    """Unwinds a thread whose execution or branch is over. No Exception: no state may catch it."""


class Scope:
    """Something that may be cancelled, with everything inside it."""

    def __init__(self, parent: Scope | None = None) -> None:
        self._lock = threading.Lock()
        self._cancelled = False
        self._events: set[threading.Event] = set()
        self._children: set[Scope] = set()
        if parent is not None:
            parent._adopt(self)

    def cancel(self) -> None:
        """Wake every wait in this scope and in those inside it; each then raises Cancelled."""
        with self._lock:
            self._cancelled = True
            events, children = set(self._events), set(self._children)
        for event in events:
            event.set()
        for child in children:
            child.cancel()

    def check(self) -> None:
        """Raise Cancelled if this scope was cancelled."""
        if self._cancelled:
            raise Cancelled

    def wait(self, event: threading.Event, seconds: float) -> bool:
        """Wait until `event` is set: True, or False after `seconds`. Raises Cancelled."""
        with self._lock:
            self._events.add(event)
        try:
            self.check()
            happened = event.wait(min(seconds, threading.TIMEOUT_MAX))
            self.check()
            return happened
        finally:
            with self._lock:
                self._events.discard(event)

    def sleep(self, seconds: float) -> None:
        """Wait that long. Raises Cancelled."""
        self.wait(threading.Event(), seconds)

    def leave(self, child: Scope) -> None:
        """Forget a child that is over."""
        with self._lock:
            self._children.discard(child)

    def _adopt(self, child: Scope) -> None:
        with self._lock:
            self._children.add(child)
            child._cancelled = self._cancelled


_current: contextvars.ContextVar[Scope] = contextvars.ContextVar("signoff_scope")


def current() -> Scope:
    """The scope of the running thread; an endless one outside of executions (TestState)."""
    scope = _current.get(None)
    return scope if scope is not None else Scope()


@contextlib.contextmanager
def entered(scope: Scope) -> Iterator[Scope]:
    """Make `scope` the current one."""
    token = _current.set(scope)
    try:
        yield scope
    finally:
        _current.reset(token)
