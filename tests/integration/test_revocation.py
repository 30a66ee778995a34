"""A key that is revoked while it is in use."""

from __future__ import annotations

from tests.support.tenants import FLOWS, Person
from tests.support.waiting import until

# A container that knows a key may believe it for 60 s (DESIGN.md section 6); as much is allowed for
# everything else.
SECONDS = 120


def test_a_key_in_use_stops_working_soon_after_it_is_revoked(revoked_in_use: Person):
    refusal = until(lambda: (answer := revoked_in_use.get(FLOWS)).status != 200 and answer, SECONDS)
    assert (refusal.status, refusal.body) == (401, {"error": "The API key has been revoked"})
