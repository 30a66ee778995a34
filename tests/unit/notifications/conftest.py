"""A fresh World with people in its directory, and its post office."""

from collections.abc import Iterator

import pytest

from tests.support.people import employ_with_mail
from tests.support.post import Post, post_office
from tests.support.world import World, world


@pytest.fixture
def here(monkeypatch: pytest.MonkeyPatch, socket_disabled: None) -> Iterator[World]:
    """A Signoff of its own: alice asks; bob, carol and dave decide; adam administrates."""
    with world(monkeypatch) as made:
        employ_with_mail("alice", groups=("initiators",))
        employ_with_mail("bob", "carol", groups=("reviewers", "legal"))
        employ_with_mail("dave")
        employ_with_mail("adam", roles=("admin",))
        yield made


@pytest.fixture
def post(here: World, monkeypatch: pytest.MonkeyPatch) -> Iterator[Post]:
    """Where mail goes."""
    with post_office(monkeypatch) as office:
        yield office
