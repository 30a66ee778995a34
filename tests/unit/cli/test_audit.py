"""``signoff audit``."""

import pytest

from tests.unit.cli.command_line import Signoff


def test_who_did_what_is_found(admin: Signoff) -> None:
    key = admin("keys", "create", "ERP", "--scope", "flows:read", "--json").json
    admin("keys", "revoke", key["id"], "--yes")
    found = admin("audit", "--subject", key["id"])
    assert found.code == 0
    assert [line.split()[1] for line in found.out.splitlines()] == [
        *("TYPE", "key.revoked", "key.created"),
    ]
    entries = admin("audit", "--subject", key["id"], "--json").json
    assert entries[1]["detail"]["name"] == "ERP"
    assert admin("audit", "--via", entries[0]["via"], "--json").json == entries
    assert len(admin("audit", "--actor", entries[0]["actor"], "--type", "key", "--json").json) == 2


@pytest.mark.parametrize(("ago", "some"), [("30m", True), ("24h", True), ("7d", True)])
def test_times_may_be_ago(admin: Signoff, ago: str, some: bool) -> None:
    assert bool(admin("audit", "--since", ago, "--json").json) is some
    assert bool(admin("audit", "--until", ago, "--json").json) is not some


def test_a_moment_or_a_number_that_cannot_be_is_refused(admin: Signoff) -> None:
    for text in ("yesterday", "2026-11-20", "2026-11-20T00:00:00", "999999d", ""):
        refused = admin("audit", "--since", text)
        assert refused.code == 2
        assert f"Invalid value for '--since': '{text}' is no moment such as" in refused.err
    assert admin("audit", "--since", "2026-11-20T00:00:00+01:00").code == 0
    assert admin("audit", "--since", "99999d").code == 0
    assert admin("audit", "--limit", "0").code == 2


def test_the_limit_is_told(admin: Signoff) -> None:
    shown = admin("audit", "--limit", "1")
    assert len(shown.out.splitlines()) == 2
    assert "Showing 1" in shown.err
