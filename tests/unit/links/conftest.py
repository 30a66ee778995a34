"""A fresh World with people in its directory."""

from collections.abc import Iterator

import pytest

from tests.support.people import employ
from tests.support.world import TENANT, World, world


@pytest.fixture
def here(monkeypatch: pytest.MonkeyPatch, socket_disabled: None) -> Iterator[World]:
    """A Signoff of its own, with alice who asks, bob and carol who decide, and dave of no group."""
    with world(monkeypatch) as made:
        employ(TENANT, "alice", groups=("initiators",))
        employ(TENANT, "bob", "carol", groups=("reviewers", "legal"))
        employ(TENANT, "dave")
        yield made
