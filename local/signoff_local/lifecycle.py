"""`up`, `down`, `reset` and `status` of the local stack, each safe to repeat."""

from __future__ import annotations

import contextlib
import fcntl
import os
import shutil
import time
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from signoff.cli.api import Api
from signoff_local import bootstrap, deployer, home, mail, people, process
from signoff_local.home import Home, read_json, write_json
from signoff_local.process import Say, StackError

PREFERRED_PORT = 4566
"""What tools for emulators of AWS expect; where it is taken, a stack has a free one."""

LOCK_SECONDS = 300.0
"""How long a second `up` waits for a first one."""

OURS = ("state", "s3", "logs", "deployed.json", "process.json", "settings.json", "stack.json")
"""All that `reset` removes: SIGNOFF_HOME may be a folder with other things in it."""


@dataclass(frozen=True)
class Up:
    """What `up` found or made."""

    stack: dict[str, Any]
    """As in stack.json."""
    was_running: bool
    changed: bool
    """Whether anything was deployed or made."""


def up(stack: Home, say: Say = lambda _: None) -> Up:
    """Bring the stack up, whatever state it is in, and return when it is ready.

    Raises StackError with what to do about it.
    """
    with _alone(stack, say):
        port = process.running(stack)
        was_running = port is not None
        if port is None:
            port = _start(stack, say)
        elif not process.answers(port):
            raise StackError(
                f"the emulator runs but does not answer on port {port}; "
                "`make down`, then `make up`, starts it again with its state"
            )
        return _fill(stack, port, was_running, say)


def down(stack: Home, say: Say = lambda _: None) -> bool:
    """Stop the stack, its state kept; False if it was not running."""
    with _alone(stack, say):
        return process.stop(stack, say)


def reset(stack: Home, say: Say = lambda _: None) -> None:
    """Stop the stack, without saving, and forget all that it held."""
    if not stack.path.exists():
        return
    with _alone(stack, say):
        process.kill(stack)
        for name in OURS:
            found = stack.path / name
            if found.is_dir():
                shutil.rmtree(found)
            else:
                found.unlink(missing_ok=True)


def status(stack: Home) -> dict[str, Any] | None:
    """stack.json of a stack that is ready, else None."""
    port = process.running(stack)
    if port is None or not process.answers(port):
        return None
    return read_json(stack.stack_file)


def _start(stack: Home, say: Say) -> int:
    """Start the emulator; its port."""
    settings = read_json(stack.settings_file) or {}
    port = _port(settings.get("port"), say)
    say("starting the emulator")
    process.start(stack, port, say)
    write_json(stack.settings_file, {**settings, "port": port})
    return port


def _port(before: int | None, say: Say) -> int:
    """SIGNOFF_PORT, or the port that the stack had before, or a free one."""
    demanded = os.environ.get("SIGNOFF_PORT")
    if demanded:
        if not demanded.isdigit() or not 0 < int(demanded) < 65536:
            raise StackError(f"SIGNOFF_PORT is {demanded!r}, which is no port")
        if not process.is_free(int(demanded)):
            raise StackError(
                f"port {demanded} (SIGNOFF_PORT) is taken. Free it, name another one, or unset "
                "SIGNOFF_PORT to have a free one chosen"
            )
        return int(demanded)
    wanted = before or PREFERRED_PORT
    port = process.free_port(wanted)
    if before and port != before:
        say(f"port {before} is taken by another program: the address changes to port {port}")
    return port


def _fill(stack: Home, port: int, was_running: bool, say: Say) -> Up:
    """Deploy, make what is missing and write stack.json; all of it may have been done before."""
    changes: list[str] = []

    def note(line: str) -> None:
        changes.append(line)
        say(line)

    root = home.repository()
    outputs = deployer.deploy(stack, port, root / "template.yaml", note)
    mail.verify_sender(port)
    url = f"http://127.0.0.1:{port}"
    settings = read_json(stack.settings_file) or {}
    keys = settings.get("api_keys") or {}
    if not bootstrap.keys_work(url, keys):
        note(f"making the tenant {bootstrap.TENANT} and its keys")
        keys = bootstrap.make_tenant(port, outputs["BootstrapFunction"])
        settings.pop("published", None)
    published = bootstrap.publish(
        url, keys["admin"], root / "statemachines", settings.get("published") or {}, note
    )
    users = people.make_people(
        port, bootstrap.TENANT, Api(url, keys["admin"]), outputs, settings.get("users") or [], note
    )
    write_json(
        stack.settings_file,
        {"port": port, "api_keys": keys, "users": users, "published": published},
    )
    described = {
        "api_url": url,
        "endpoint_url": url,
        "region": home.REGION,
        "tenant": bootstrap.TENANT,
        "api_keys": keys,
        "users": users,
        "oauth": {
            "client_id": outputs["UserPoolClientId"],
            "user_pool_id": outputs["UserPoolId"],
        },
    }
    if read_json(stack.stack_file) != described:
        write_json(stack.stack_file, described)
    return Up(described, was_running, bool(changes))


@contextlib.contextmanager
def _alone(stack: Home, say: Say) -> Iterator[None]:
    """Two commands at once on one stack come one after the other."""
    stack.make()
    began = time.monotonic()
    with (stack.path / "lock").open("w") as lock:
        waiting = False
        while True:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
                break
            except BlockingIOError:
                if not waiting:
                    say("waiting for another command on this stack")
                waiting = True
            if time.monotonic() - began > LOCK_SECONDS:
                raise StackError(
                    f"another command has been busy with {stack.path} for {LOCK_SECONDS:.0f} s"
                )
            time.sleep(0.1)
        yield
