"""A fresh World for every test of the engine."""

from collections.abc import Iterator

import pytest

from tests.support.world import World, world


@pytest.fixture
def here(monkeypatch: pytest.MonkeyPatch, socket_disabled: None) -> Iterator[World]:
    """A Signoff of its own."""
    with world(monkeypatch) as made:
        yield made
