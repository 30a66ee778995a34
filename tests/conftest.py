"""What all suites share: the one deployed stack of a session, and who may run beside whom.

The first test that asks for the stack starts it.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.support.deployed import Deployed
    from tests.support.http import Http


@pytest.fixture(scope="session")
def stack_up(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Deployed]:
    """A stack to call (tests/support/deployed.py says which)."""
    from tests.support.deployed import deployed

    with deployed(lambda: tmp_path_factory.mktemp("stack")) as stack:
        yield stack


@pytest.fixture(scope="session")
def http(stack_up: Deployed) -> Iterator[Http]:
    """Connections to its API, shared by everybody who calls."""
    from tests.support.http import Http

    shared = Http(stack_up.api_url)
    yield shared
    shared.close()


# What starts an emulator. All of it runs in one process, one test after another, while others run
# the rest (`pytest -n`, pytest-xdist's `--dist loadgroup`): so a machine has one stack to carry.
_ON_A_STACK = (
    "tests/local",
    "tests/integration",
    "tests/e2e",
    "tests/sam",
    "tests/golden/test_emulator",
)


# First of all: pytest-xdist reads the groups when it is its turn to see the items.
@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Put the tests that need an emulator into one group, first: it takes longest."""
    grouped = [item for item in items if item.nodeid.startswith(_ON_A_STACK)]
    for item in grouped:
        item.add_marker(pytest.mark.xdist_group("stack"))
    if os.environ.get("PYTEST_XDIST_WORKER"):
        rest = [item for item in items if not item.nodeid.startswith(_ON_A_STACK)]
        items[:] = grouped + rest
