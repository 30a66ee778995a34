"""The twin of test_tenants_apart: with the same requests, whose ids they are gets further."""

from __future__ import annotations

import pytest

from tests.contract.every_operation import OPERATIONS, documents, parameters_of
from tests.contract.two_tenants import IN_PATH, two_tenants


@pytest.mark.parametrize("name", IN_PATH)
def test_ones_own_ids_are_found(name: str) -> None:
    """The 404 above is for the tenant, then: whose it is gets further with the same request."""
    with two_tenants() as two:
        operation = OPERATIONS[name]
        filled = {"actorUserId": two.acme.person, "userId": two.acme.person, "name": "Mine"}
        own = filled | {each: two.acme.ids[each] for each in parameters_of(operation)}
        answer = two.ask(two.acme, name, own)
        described, _ = documents()[operation.method, operation.path]
        assert answer.status != 404, answer.text
        assert answer.status < 500, answer.text
        assert str(answer.status) in described["responses"]
