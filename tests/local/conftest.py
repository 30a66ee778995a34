"""An emulator per session, once with our mends and once without: each difference has to be there.

A test of a mend asks the emulator something and compares the answer with AWS's. With the mends it
is AWS's answer; without them it is not, which is why the mend exists. A failing `bare` test is good
news: the emulator learned it, and the mend can go.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.local.harness import Stack

SECONDS = 240
"""The bound of each test: what several are slowed down to that share a small machine."""


@pytest.fixture(scope="session", params=["mended", "bare"])
def stack(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Stack]:
    """The session's emulator, first with the mends, then (those tests grouped) without."""
    running = Stack(tmp_path_factory.mktemp("home") / request.param, request.param == "mended")
    running.start()
    yield running
    running.stop()


@pytest.fixture(scope="session")
def narrow(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    """An emulator with few places for functions, for whoever wants to fill them."""
    lanes = "call=3,follow=2,step=2,event=2"
    running = Stack(tmp_path_factory.mktemp("narrow") / "home", mended=True, SIGNOFF_LANES=lanes)
    running.start()
    yield running
    running.stop()


@pytest.fixture
def restartable(tmp_path: Path) -> Iterator[Stack]:
    """An emulator of the test's own, to be stopped and started by it."""
    running = Stack(tmp_path / "home", mended=True)
    running.start()
    yield running
    running.stop()


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Nothing in this folder may connect to anything but this machine."""
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.allow_hosts(["127.0.0.1"]))
            item.add_marker(pytest.mark.timeout(SECONDS))
