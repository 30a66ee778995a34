"""Many events to twenty webhooks of which three are dead: nothing lost, and the others not slowed.

SIGNOFF_EVENTS says how many, 100 unless told. `make bench ARGS=webhook_reliability`, which heeds
the same variable, also says how long it took.
"""

from __future__ import annotations

import os
from typing import Any

import pytest

from tests.support.many_events import DEAD, Place, experiment
from tests.support.tenants import Tenant

EVENTS = int(os.environ.get("SIGNOFF_EVENTS", "100"))
WELL = 17


@pytest.fixture
def place(tenant: Tenant) -> Place:
    """The stack's own tenant."""

    def admin(method: str, path: str, body: Any) -> Any:
        answer = tenant.operator.send(method, f"/webhooks{path}", body)
        assert answer.status < 300, answer
        return answer.body["data"] if answer.body else None

    table = tenant.stack.resource("HistoryTable")
    return Place(admin, tenant.stack.aws("dynamodb"), table, tenant.slug)


@pytest.mark.timeout(60 + 10 * EVENTS)
def test_nothing_is_lost_and_the_dead_slow_nobody(place: Place) -> None:
    came = experiment(place, EVENTS, WELL)
    assert (came.lost, came.strange, came.forged) == (0, 0, 0)
    assert came.pairs == EVENTS * (WELL + len(DEAD))
    # Those who were well had everything while three were dead, and the dead were left alone: most
    # of what was theirs was parked, not tried.
    assert 0 < came.tries < EVENTS * len(DEAD)
