"""``signoff`` as a program of its own, against a stack: what it prints, and how it exits."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.support.tenants import SHIPPED, Tenant, told
from tests.support.waiting import until

SECONDS = 120
CHANGED = """
key: cli
name: Für die Kommandozeile ⌨️
parameters: {type: object, properties: {amount: {type: number}, note: {type: string}}}
steps:
  - id: Sub
    type: workflow
    config: {definition: helper}
  - id: Ask
    type: task
    config: {candidates: {groups: [x]}}
  - {id: Done, type: end, config: {outcome: DONE, result: "{% [amount, note] %}"}}
"""
HELPER = (
    "{key: helper, name: Helper, enabled: %s, steps: [{id: A, type: end, config: {outcome: A}}]}"
)


class Cli:
    """The console script, with the tenant's address and admin key in its environment."""

    def __init__(self, tenant: Tenant, folder: Path) -> None:
        self._folder = folder
        self._environment = {
            **{name: text for name, text in os.environ.items() if not name.startswith("SIGNOFF_")},
            "SIGNOFF_API_URL": tenant.stack.api_url,
            "SIGNOFF_API_KEY": tenant.admin_key,
        }

    def __call__(self, *arguments: str, exit_code: int | set[int] = 0, **environment: str) -> Any:
        """Run it; fails unless it exits as expected (or as one of several codes).

        Answers what it wrote: (output, messages).
        """
        done = subprocess.run(
            [str(Path(sys.executable).with_name("signoff")), *arguments],
            cwd=self._folder,
            env=self._environment | environment,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=SECONDS,
            check=False,
        )
        expected = exit_code if isinstance(exit_code, set) else {exit_code}
        assert done.returncode in expected, (done.args, done.returncode, done.stdout, done.stderr)
        return done.stdout, done.stderr

    def json(self, *arguments: str, exit_code: int | set[int] = 0) -> Any:
        """What it wrote with --json."""
        return json.loads(self(*arguments, "--json", exit_code=exit_code)[0])


@pytest.fixture(scope="module")
def cli(tenant: Tenant, tmp_path_factory: pytest.TempPathFactory) -> Cli:
    """The program, in an empty folder."""
    return Cli(tenant, tmp_path_factory.mktemp("cli"))


def test_definitions_are_published_and_listed(cli: Cli, tmp_path: Path):
    helper, main = tmp_path / "helper.yaml", tmp_path / "cli.yaml"
    helper.write_text(HELPER % "true", encoding="utf-8")
    main.write_text(CHANGED, encoding="utf-8")
    _, messages = cli("publish", str(helper), str(main))
    assert "[2/2]" in messages
    assert "cli published as version 1" in messages
    _, messages = cli("publish", str(main))
    assert "cli is already version 1" in messages
    output, _ = cli("definitions", "list")
    assert {"KEY", "cli", "helper", "document-approval"} <= set(output.split())
    listed = cli.json("definitions", "list")
    assert [each["key"] for each in listed] == ["cli", "document-approval", "helper"]
    output, _ = cli("definitions", "show", "cli", "--document")
    assert json.loads(output)["name"] == "Für die Kommandozeile ⌨️"


def test_a_definition_with_errors_is_not_published_and_the_others_are(cli: Cli, tmp_path: Path):
    bad = tmp_path / "bad.yaml"
    bad.write_text("key: bad\nname: Bad\nsteps:\n  - {id: A, type: nothing}\n", encoding="utf-8")
    _, messages = cli("publish", str(bad), str(SHIPPED), exit_code=1)
    assert "bad.yaml:4:" in messages
    assert "document-approval is already version 1" in messages
    assert "1 of 2 not published" in messages
    cli("publish", str(tmp_path / "missing.yaml"), exit_code=2)


def test_a_runs_life_from_the_command_line(cli: Cli, tenant: Tenant):
    tenant.operator.publish(HELPER % "true")
    tenant.operator.publish(CHANGED)
    tenant.operator.publish(HELPER % "false")
    start = ("runs", "start", "cli", "--var", "note=Grüße", "--var-json", "amount=12.5")
    run = cli.json(*start, exit_code={0, 1})  # 1 where it has failed by the time of the answer
    run_id = run["id"]
    tenant.operator.becomes(run_id, "FAILED")
    output, messages = cli("runs", "show", run_id)
    assert "FAILED" in output
    assert "helper" in output
    assert f"signoff runs retry {run_id}" in messages
    until(lambda: run_id in cli("runs", "list", "--status", "failed")[0])

    tenant.operator.publish(HELPER % "true")
    output, _ = cli("runs", "retry", run_id)
    assert "RUNNING" in output
    task = tenant.operator.stands_at(run_id, "Ask")["Ask"]
    tenant.person("eve", "x").take(task["id"], "complete")
    shown = cli.json("runs", "show", run_id, "--history")
    assert (shown["status"], shown["result"]) == ("COMPLETED", [12.5, "Grüße"])
    assert shown["history"][-1]["type"] == "run.completed"
    cli("runs", "retry", run_id, exit_code=5)
    cli("runs", "cancel", run_id, "--yes", exit_code=5)
    output, messages = cli("verify-history", run_id)
    assert f"({len(shown['history'])} entries) agrees" in messages


def test_a_run_is_started_for_somebody_and_cancelled(cli: Cli, tenant: Tenant):
    start = ("runs", "start", "document-approval", "--document-ref", "r-1")
    cli(*start, exit_code=3)
    run = cli.json(*start, "--actor", "alice", "--group", "initiators")
    assert (run["initiator"], run["currentState"]) == ("alice", "Submitted")
    until(lambda: [each["id"] for each in cli.json("runs", "list", "--limit", "1")] == [run["id"]])
    # Without --yes and without anybody to ask, nothing happens.
    cli("runs", "cancel", run["id"], exit_code=130)
    assert tenant.operator.run(run["id"])["status"] == "RUNNING"
    output, _ = cli("runs", "cancel", run["id"], "--reason", "Sent twice", "--yes")
    assert "CANCELLED" in output
    cli("runs", "comment", run["id"], "Called the author")
    output, _ = cli("runs", "show", run["id"], "--history")
    assert {"run.cancelled", "comment.added"} <= set(output.split())


def test_verify_history_agrees_with_runs_in_every_state(cli: Cli, tenant: Tenant):
    flow = tenant.alice.submit()
    first = flow["pendingTasks"][0]["taskId"]
    states = [lambda: None]
    states.append(lambda: told(tenant.bob.claim(first)))
    states.append(lambda: told(tenant.bob.decide(first, "REJECT")))
    states.append(lambda: tenant.operator.post(f"/runs/{flow['flowId']}/cancel"))
    for change in states:
        change()
        verdict = cli.json("verify-history", flow["flowId"])
        assert (verdict["agrees"], verdict["differences"], verdict["problems"]) == (True, [], [])
        assert verdict["entries"] == len(tenant.operator.history(flow["flowId"]))


def test_keys_are_created_listed_and_revoked(cli: Cli, tenant: Tenant):
    output, messages = cli("keys", "create", "From the shell", "--scope", "integration")
    assert "cannot be shown again" in messages
    secret = next(word for word in output.split() if word.startswith("wf_"))
    flow = tenant.person("alice", "initiators", key=secret).submit()
    assert flow["status"] == "RUNNING"
    made = cli.json("keys", "create", "Reader", "--scope", "flows:read")
    listed = {each["name"]: each for each in cli.json("keys", "list")}
    assert {"Admin", "ERP Integration", "From the shell", "Reader"} <= set(listed)
    assert secret not in cli("keys", "list")[0]
    _, messages = cli("keys", "revoke", made["id"], "--yes")
    assert "Revoked Reader" in messages
    (revoked,) = [each for each in cli.json("keys", "list") if each["id"] == made["id"]]
    assert revoked["status"] == "REVOKED"
    cli("runs", "list", exit_code=3, SIGNOFF_API_KEY=made["secret"])


def test_what_goes_wrong_is_said_with_what_helps(cli: Cli, tenant: Tenant):
    unknown = "c0ffee00-0000-4000-8000-00000000000f"
    _, messages = cli("runs", "show", unknown, exit_code=4)
    assert "not found" in messages
    _, messages = cli("runs", "list", exit_code=3, SIGNOFF_API_KEY="wf_" + "x" * 43)
    assert "--api-key" in messages
    _, messages = cli("runs", "list", exit_code=3, SIGNOFF_API_KEY=tenant.integration_key)
    assert "admin:runs" in messages
    _, messages = cli("runs", "list", exit_code=2, SIGNOFF_API_URL="http://127.0.0.1:9")
    assert "make up" in messages
    for output in (messages, _):
        assert "Traceback" not in output
