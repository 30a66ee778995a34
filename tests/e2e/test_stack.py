"""What else its user does with a local stack; after the tests that stop it, since this ends it."""

from __future__ import annotations

import os
import subprocess
import sys

from tests.e2e.conftest import LocalStack, calls
from tests.support.http import Http
from tests.support.tenants import Tenant
from tests.support.waiting import in_crowd

WAITING = 55  # more than a page of a worklist


def test_up_on_a_stack_that_is_up_changes_nothing(local: LocalStack, walked: str):
    before = local.home.stack_file.read_text(encoding="utf-8")
    assert "Already up" in local.command("up")
    assert local.home.stack_file.read_text(encoding="utf-8") == before
    assert "signoff" in local.command("logs")


def test_aws_and_the_api_share_one_port(walked: str, tenant: Tenant):
    tables = tenant.stack.aws("dynamodb").list_tables()["TableNames"]
    assert tenant.stack.resource("StateTable") in tables
    anybody = Http(tenant.stack.api_url)
    assert anybody.send("GET", "/nothing").body == {"error": "Not found"}
    anybody.close()


def test_the_walk_can_be_repeated_though_much_is_waiting(
    walked: str, local: LocalStack, tenant: Tenant
):
    in_crowd(lambda number: tenant.alice.submit(document=f"waits {number}"), range(WAITING), 4)
    again = local.command("demo")
    assert '"terminalOutcome": "APPROVED"' in again
    assert {call["status"] for call in calls(again)} <= {200, 201, None}
    assert "deploying" not in again


def test_reset_forgets_everything(local: LocalStack, tenant: Tenant):
    assert tenant.slug in status(local, 0)
    local.command("reset")
    assert not local.home.stack_file.exists()
    assert "Not running" in status(local, 3)
    assert "Not running" in local.command("down")


def status(local: LocalStack, exit_code: int) -> str:
    """What ``status`` prints when it exits like that."""
    done = subprocess.run(
        [sys.executable, "-m", "signoff_local", "status"],
        env={**os.environ, "SIGNOFF_HOME": str(local.home.path)},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == exit_code, done
    return done.stdout
