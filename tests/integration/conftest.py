"""Tests against the address of a stack: nothing here knows whether it is local or on AWS."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.support.deployed import Deployed
from tests.support.http import Http
from tests.support.tenants import (
    FLOWS,
    Operator,
    Person,
    Tenant,
    furnished_tenant,
    new_tenant,
    told,
)

SECONDS = 300


@pytest.fixture(scope="module")
def tenant(stack_up: Deployed, http: Http) -> Tenant:
    """A tenant of the module's own, with the shipped definition."""
    return furnished_tenant(stack_up, http)


@pytest.fixture
def empty_tenant(stack_up: Deployed, http: Http) -> Tenant:
    """A tenant of the test's own, with the shipped definition and nothing else."""
    return furnished_tenant(stack_up, http)


@pytest.fixture(scope="module")
def operator(tenant: Tenant) -> Operator:
    """Who looks after the module's tenant."""
    return tenant.operator


@pytest.fixture(scope="session", autouse=True)
def revoked_in_use(stack_up: Deployed, http: Http) -> Person:
    """Somebody whose key was revoked while it was in use, at the beginning of the session.

    A container that knows a key may believe it for a minute more; by the time that the test of it
    comes, the minute is over.
    """
    tenant = new_tenant(stack_up, http)
    made = tenant.operator.key_with("flows:read", "actors:assert")
    alice = tenant.person("alice", key=made["secret"])
    told(alice.get(FLOWS))
    told(tenant.operator.send("DELETE", f"/keys/{made['id']}"))
    return alice


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Each test of this folder has a bound of its own."""
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.timeout(SECONDS))
