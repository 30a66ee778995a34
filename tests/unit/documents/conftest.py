"""A stack, and a worker that does what S3's and the bus's events ask for."""

import pytest

from tests.support.gateway import Client
from tests.support.stack import Stack, stack

__all__ = ["stack"]


@pytest.fixture
def alice(stack: Stack) -> Client:
    """Whoever uploads, by the integration key."""
    return stack.client("alice", "initiators")
