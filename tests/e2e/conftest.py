"""The local stack as its user has it: brought up by `make run`, stopped, killed and brought back.

It lives in a folder of its own and ends with the last test here. Nothing of this concerns AWS.
"""

from __future__ import annotations

import os
import re
import shlex
import signal
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from signoff_local.home import Home, read_json
from signoff_local.process import running
from tests.support.deployed import control, described
from tests.support.http import Http
from tests.support.tenants import Tenant
from tests.support.waiting import until

SECONDS = 480


class LocalStack:
    """A local stack and the hands of whoever runs it."""

    def __init__(self, folder: Path) -> None:
        self.home = Home(folder)

    def command(self, *arguments: str) -> str:
        """What ``python -m signoff_local`` prints; fails unless it exits 0."""
        done: subprocess.CompletedProcess[str] = control(self.home.path, *arguments)
        return done.stdout

    def kill(self) -> None:
        """End the emulator as a power cut does, once what it holds has been on disk."""
        now = time.time_ns()
        # What has not been called since the last snapshot is not written again.
        self.command("status")
        until(lambda: self._newest_image() > now)
        record = read_json(self.home.process_file)
        assert record is not None
        os.kill(record["pid"], signal.SIGKILL)
        until(lambda: running(self.home) is None)

    def _newest_image(self) -> int:
        """When the snapshot that a start would read was begun, in nanoseconds."""
        current = self.home.state / "current"
        return int(current.readlink().name.partition("-")[2]) if current.is_symlink() else 0

    def tenant(self, http: Http) -> Tenant:
        """The tenant that the stack comes with, and its two keys."""
        told = read_json(self.home.stack_file)
        assert told is not None
        keys = told["api_keys"]
        stack = described(self.home.stack_file)
        return Tenant(stack, told["tenant"], http, keys["integration"], keys["admin"])


def calls(output: str) -> list[dict[str, Any]]:
    """The curl lines that were printed, read as a shell reads them, each with its answer."""
    found = []
    for block in re.split(r"^\$ ", output, flags=re.MULTILINE)[1:]:
        command, _, answer = block.partition("\nHTTP ")
        words = shlex.split(command.partition("\n\n")[0])
        assert words[0] == "curl"
        headers = [words[i + 1] for i, word in enumerate(words) if word == "-H"]
        found.append(
            {
                "method": words[words.index("-X") + 1],
                "url": next(word for word in words if word.startswith("http")),
                "headers": dict(header.split(": ", 1) for header in headers),
                "body": words[words.index("-d") + 1] if "-d" in words else None,
                "status": int(answer[:3]) if answer else None,
            }
        )
    return found


@pytest.fixture(scope="package")
def local(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LocalStack]:
    """A stack that nobody has started yet."""
    stack = LocalStack(tmp_path_factory.mktemp("local") / "home")
    yield stack
    stack.command("reset")


@pytest.fixture(scope="package")
def walked(local: LocalStack) -> str:
    """What `make run` printed; the stack is up since."""
    return local.command("demo")


@pytest.fixture
def tenant(local: LocalStack, walked: str) -> Iterator[Tenant]:
    """The stack's own tenant."""
    told = read_json(local.home.stack_file)
    assert told is not None
    http = Http(told["api_url"])
    yield local.tenant(http)
    http.close()


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Each test of this folder has a bound of its own."""
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.timeout(SECONDS))
