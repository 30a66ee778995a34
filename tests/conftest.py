"""The one deployed stack of a session, and how examples are made for tests of any example.

The first test that asks for the stack starts it.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, settings

if TYPE_CHECKING:
    from tests.support.deployed import Deployed
    from tests.support.http import Http

# An example may take as long as the machine takes for it, and whoever runs the tests has the same
# examples as whoever ran them before.
settings.register_profile(
    "anywhere", deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow]
)
settings.load_profile("anywhere")


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
