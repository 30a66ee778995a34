"""The local stack's leave to call this machine, and names that lead where a test says."""

from __future__ import annotations

import pytest

from signoff.outbound import names


@pytest.fixture
def local(monkeypatch: pytest.MonkeyPatch) -> None:
    """As on a local stack: http and loopback are allowed."""
    monkeypatch.setenv("ALLOW_LOCAL_WEBHOOKS", "true")


@pytest.fixture(autouse=True)
def _deployed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("ALLOW_LOCAL_WEBHOOKS", raising=False)


@pytest.fixture
def lookups(monkeypatch: pytest.MonkeyPatch) -> Lookups:
    """A resolver that knows nothing but what it is told."""
    made = Lookups()
    monkeypatch.setattr(names, "addresses_of", made)
    return made


class Lookups:
    """Gives the answers in turn, the last one from then on; ``asked`` are the names, in order."""

    def __init__(self) -> None:
        self.asked: list[str] = []
        self._answers: list[list[str]] = []

    def say(self, *answers: list[str]) -> None:
        """What the first, the second, … question is answered."""
        self._answers = list(answers)

    def __call__(self, host: str) -> list[str]:
        self.asked.append(host)
        if not self._answers:
            raise OSError("not known")
        return self._answers.pop(0) if len(self._answers) > 1 else self._answers[0]
