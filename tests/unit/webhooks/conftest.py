"""One tenant with its tables and its key for secrets."""

from collections.abc import Iterator

import pytest

from tests.support.world import World, world


@pytest.fixture
def here(socket_disabled: None, monkeypatch: pytest.MonkeyPatch) -> Iterator[World]:
    """A Signoff of the test's own."""
    monkeypatch.delenv("AWS_ENDPOINT_URL", raising=False)
    with world(monkeypatch) as made:
        yield made
