"""The one deployed stack of a session; the first test that asks for it starts it."""

from __future__ import annotations

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
