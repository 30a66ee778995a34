"""A stack with an administrator, and a definition that anyone may start."""

import pytest

from signoff.identity.scopes import ALL_ADMIN
from tests.support.gateway import Client
from tests.support.stack import Stack, stack
from tests.unit.functions.api.admin.documents import PURCHASE, YAML

__all__ = ["stack"]


@pytest.fixture
def admin(stack: Stack) -> Client:
    """Who may do everything administrative, by a key called ``Limited``."""
    return Client(stack.new_key(ALL_ADMIN, "actors:assert"))


@pytest.fixture
def purchase(admin: Client) -> str:
    """The key of a published definition: one approval."""
    answer = admin.post("/api/v1/admin/definitions", PURCHASE, **YAML)
    assert answer.status == 201, answer.text
    return str(answer.body["data"]["key"])
