"""A stack, and programs and people who keep documents in it."""

import pytest

from tests.support.gateway import Client
from tests.support.stack import Stack, stack

__all__ = ["stack"]


@pytest.fixture
def alice(stack: Stack) -> Client:
    """Whoever uploads, by the integration key."""
    return stack.client("alice", "initiators")
