"""lifecycle.py: the whole system brought up, used, stopped, killed and brought up again."""

from __future__ import annotations

import json
import os
import signal
import socket
import stat
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from signoff_local import home, lifecycle, process
from signoff_local.clients import client
from tests.local.harness import BOUND, until


@pytest.fixture(scope="module")
def own(tmp_path_factory: pytest.TempPathFactory) -> Iterator[home.Home]:
    """A stack of this module's own, beside the developer's, on a port of its own."""
    stack = home.Home(tmp_path_factory.mktemp("lifecycle") / "home")
    with pytest.MonkeyPatch.context() as changed:
        changed.delenv("SIGNOFF_PORT", raising=False)
        changed.setattr(lifecycle, "PREFERRED_PORT", process.free_port(None))
        yield stack
        lifecycle.reset(stack)


def ask(stack: home.Home, method: str, path: str, actor: str, body: Any = None) -> Any:
    """The answer of a call with the integration key, for a user of stack.json."""
    described = json.loads(stack.stack_file.read_text())
    groups = {user["id"]: ",".join(user["groups"]) for user in described["users"]}
    request = urllib.request.Request(
        described["api_url"] + path,
        method=method,
        data=None if body is None else json.dumps(body).encode(),
        headers={
            "Authorization": f"Bearer {described['api_keys']['integration']}",
            "X-Tenant-Id": described["tenant"],
            "X-Actor-Id": actor,
            "X-Actor-Groups": groups[actor],
            "Content-Type": "application/json",
            "Prefer": "wait=20",
        },
    )
    with urllib.request.urlopen(request, timeout=BOUND) as answer:
        return json.loads(answer.read())


def flow_kinds(stack: home.Home, flow: str) -> list[str]:
    return [entry["type"] for entry in ask(stack, "GET", f"/api/v1/flows/{flow}", "bob")["history"]]


def test_up_makes_everything_and_says_where_it_is(own: home.Home) -> None:
    said: list[str] = []

    done = lifecycle.up(own, said.append)

    described = json.loads(own.stack_file.read_text())
    assert done.stack == described
    assert stat.S_IMODE(own.stack_file.stat().st_mode) == 0o600
    assert set(described) == {
        "api_url",
        "endpoint_url",
        "region",
        "tenant",
        "api_keys",
        "users",
        "oauth",
    }
    assert set(described["api_keys"]) == {"admin", "integration"}
    assert {user["id"]: user["groups"] for user in described["users"]} == {
        "alice": ["initiators"],
        "bob": ["legal-reviewers"],
        "carol": ["initiators", "legal-reviewers"],
        "erin": ["finance"],
        "dora": ["finance"],
        "adam": [],
        "dana": [],
        "otto": [],
    }
    assert "published document-approval, version 1" in said
    assert lifecycle.status(own) == described


def test_every_user_signs_in_and_is_believed(own: home.Home) -> None:
    described = lifecycle.up(own).stack
    pool = client("cognito-idp", int(described["api_url"].rpartition(":")[2]))
    for user in described["users"]:
        answer = pool.initiate_auth(
            ClientId=described["oauth"]["client_id"],
            AuthFlow="USER_PASSWORD_AUTH",
            AuthParameters={"USERNAME": f"acme/{user['id']}", "PASSWORD": user["password"]},
        )
        token = answer["AuthenticationResult"]["AccessToken"]
        request = urllib.request.Request(
            described["api_url"] + "/api/v1/worklists/mine",
            headers={"Authorization": f"Bearer {token}", "X-Actor-Id": user["id"]},
        )
        with urllib.request.urlopen(request, timeout=BOUND) as said:
            assert json.loads(said.read()) == []


def test_up_again_does_nothing(own: home.Home) -> None:
    before = lifecycle.up(own).stack
    said: list[str] = []

    again = lifecycle.up(own, said.append)

    assert (again.was_running, again.changed, said) == (True, False, [])
    assert again.stack == before


def test_open_approvals_go_on_after_down_and_after_a_crash(own: home.Home) -> None:
    before = lifecycle.up(own).stack
    submitted = {"documentRef": "doc-1", "definitionKey": "document-approval"}
    flow = ask(own, "POST", "/api/v1/flows", "alice", submitted)
    [task] = flow["pendingTasks"]

    assert lifecycle.down(own)
    assert lifecycle.status(own) is None
    assert not lifecycle.down(own), "a second down finds nothing to stop"
    assert lifecycle.up(own).stack == before, "address, keys and users stay"
    until(lambda: flow_kinds(own, flow["flowId"]).count("FLOW_RESUMED") == 1, 120)
    ask(own, "POST", f"/api/v1/tasks/{task['taskId']}/claim", "bob", {})
    approve = {"outcome": "APPROVE"}
    moved = ask(own, "POST", f"/api/v1/tasks/{task['taskId']}/decision", "bob", approve)
    assert moved["currentState"] == "FinalReview"
    [final] = moved["pendingTasks"]
    image = own.state / "current"
    saved = image.readlink()
    until(lambda: image.readlink() != saved)
    until(lambda: _is_written(own, final["taskId"]))

    record = home.read_json(own.process_file)
    assert record is not None
    os.kill(record["pid"], signal.SIGKILL)
    until(lambda: process.running(own) is None)
    assert lifecycle.up(own).stack == before
    until(lambda: flow_kinds(own, flow["flowId"]).count("FLOW_RESUMED") == 2, 120)

    ask(own, "POST", f"/api/v1/tasks/{final['taskId']}/claim", "bob", {})
    ended = ask(own, "POST", f"/api/v1/tasks/{final['taskId']}/decision", "bob", approve)
    assert (ended["status"], ended["terminalOutcome"]) == ("COMPLETED", "APPROVED")
    assert flow_kinds(own, flow["flowId"]).count("TASK_CREATED") == 2, "nobody was asked twice"


def _is_written(stack: home.Home, task: str) -> bool:
    """Whether the last snapshot knows a task (by the group of its id that no other has)."""
    return task.rpartition("-")[2] in (stack.state / "current" / "dynamodb.json").read_text()


def test_what_was_left_half_made_is_completed(own: home.Home) -> None:
    before = lifecycle.up(own).stack
    own.stack_file.unlink()
    own.settings_file.unlink()
    own.deployed_file.unlink()

    repaired = lifecycle.up(own).stack

    assert repaired["api_url"] == before["api_url"]
    assert repaired["api_keys"] != before["api_keys"], "lost secrets cannot be shown again"
    assert ask(own, "GET", "/api/v1/worklists/mine", "bob") == []


def test_a_record_of_a_dead_or_strange_process_is_no_running_stack(tmp_path: Path) -> None:
    stack = home.Home(tmp_path)
    for pid in (2**22 + 1, os.getpid(), 0):  # none, not an emulator, no process
        home.write_json(stack.process_file, {"pid": pid, "port": 1})
        assert process.running(stack) is None
        assert not stack.process_file.exists()


def test_a_taken_port_is_left_to_its_owner(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        taken = other.getsockname()[1]
        said: list[str] = []

        assert lifecycle._port(taken, said.append) != taken
        assert said == [
            f"port {taken} is taken by another program: the address changes to port "
            + said[0].rpartition(" ")[2]
        ]
        monkeypatch.setenv("SIGNOFF_PORT", str(taken))
        with pytest.raises(process.StackError, match="is taken"):
            lifecycle._port(None, said.append)
    monkeypatch.setenv("SIGNOFF_PORT", "http")
    with pytest.raises(process.StackError, match="no port"):
        lifecycle._port(None, said.append)


def test_reset_forgets_everything_and_nothing_else(own: home.Home) -> None:
    lifecycle.up(own)
    mine = own.path / "notes.txt"
    mine.write_text("not of the stack")

    lifecycle.reset(own)

    assert lifecycle.status(own) is None
    assert sorted(path.name for path in own.path.iterdir()) == ["lock", "notes.txt"]
