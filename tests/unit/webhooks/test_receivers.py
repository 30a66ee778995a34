"""The receivers that docs/receiving-webhooks.md shows, run, and sent what is really signed."""

from __future__ import annotations

import base64
import http.client
import os
import re
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from signoff.contracts.events.formats import FORMATS
from signoff.webhooks.signing import signed_headers
from tests.support import sam
from tests.support.entries import RUN, entry_of_run

INSTANCE = f"wi_{RUN.replace('-', '')}"
PAPYRUS = FORMATS["papyrus"]
OLD, NEW, FOREIGN = (
    "whsec_" + base64.b64encode(name.ljust(24).encode()).decode() for name in ("old", "new", "no")
)
LANGUAGES = {"python": "receiver.py", "javascript": "receiver.mjs", "go": "receiver.go"}


def shown(language: str) -> str:
    """The whole program that the page shows in a language."""
    page = (sam.ROOT / "docs" / "receiving-webhooks.md").read_text(encoding="utf-8")
    (code,) = re.findall(rf"^```{language}\n(.*?)^```$", page, re.MULTILINE | re.DOTALL)
    return str(code)


def command(language: str, program: Path) -> list[str]:
    """How it is started; a compiled one is compiled first."""
    if language == "python":
        return [sys.executable, str(program)]
    if language == "javascript":
        return [needed("node"), str(program)]
    binary = program.with_suffix("")
    environment = os.environ | {"GOCACHE": str(program.parent / "cache"), "GO111MODULE": "off"}
    subprocess.run(
        [needed("go"), "build", "-o", str(binary), str(program)], check=True, env=environment
    )
    return [str(binary)]


def needed(name: str) -> str:
    """The program of that name, or the test is passed over."""
    return shutil.which(name) or pytest.skip(f"{name} is not on this machine")


@dataclass
class Receiver:
    """A receiver that runs. ``stop`` ends it and tells what it has taken in, run by run."""

    process: subprocess.Popen[str]
    port: int
    database: Path

    def post(self, body: bytes, headers: dict[str, str]) -> int:
        """Send it a request; answers the status."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        try:
            connection.request("POST", "/hooks", body, headers | {"Connection": "close"})
            return connection.getresponse().status
        finally:
            connection.close()

    def told(self) -> list[tuple[str, int, str]]:
        """Stop it; what it has applied: the run, the sequence and the type, in order."""
        self.process.terminate()
        out, err = self.process.communicate(timeout=60)
        if self.database.exists():
            database = sqlite3.connect(self.database)
            rows = database.execute("SELECT id, sequence, last FROM runs").fetchall()
            database.close()
            return rows
        lines = re.findall(r"(wi_\w+) (\d+) ([\w.]+)$", out + err, re.MULTILINE)
        return [(run, int(sequence), type_) for run, sequence, type_ in lines]


@pytest.fixture(scope="module", params=LANGUAGES)
def started(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> list[str]:
    """The command that starts a receiver."""
    program = tmp_path_factory.mktemp(request.param) / LANGUAGES[request.param]
    program.write_text(shown(request.param), encoding="utf-8")
    return command(request.param, program)


@pytest.fixture
def receiver(started: list[str], tmp_path: Path) -> Iterator[Receiver]:
    """A receiver that knows two secrets."""
    database = tmp_path / "webhooks.db"
    process = subprocess.Popen(
        started,
        env=os.environ
        | {"WEBHOOK_SECRETS": f"{NEW} {OLD}", "PORT": "0", "DATABASE": str(database)},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    with process:
        assert process.stderr is not None
        line = process.stderr.readline()
        try:
            match = re.search(r"listening on (\d+)", line)
            assert match, line
            yield Receiver(process, int(match[1]), database)
        finally:
            process.kill()


def event(sequence: int, kind: str = "comment.added") -> tuple[str, bytes]:
    """An event of a run, by its id and its body."""
    entry = entry_of_run(kind, {"comment": "größer als 3 €"}, sequence=sequence)
    return PAPYRUS.event_id(entry), PAPYRUS.body(entry)


def signed(made: tuple[str, bytes], *secrets: str, ago: float = 0) -> dict[str, str]:
    """The headers that it comes with."""
    at = datetime.now(UTC) - timedelta(seconds=ago)
    return signed_headers(*made, secrets or (NEW,), at) | {"Content-Type": "application/json"}


def test_it_takes_what_is_genuine_once_and_in_order(receiver: Receiver) -> None:
    first, second, third = event(1), event(2), event(3, "run.cancelled")
    assert receiver.post(first[1], signed(first)) == 204
    assert receiver.post(third[1], signed(third)) == 204
    assert receiver.post(second[1], signed(second)) == 204  # late, and overtaken
    assert receiver.post(third[1], signed(third)) == 204  # once more
    told = receiver.told()
    assert told[-1] == (INSTANCE, 3, "workflow.cancelled")
    assert [sequence for _, sequence, _ in told] in ([3], [1, 3])


def test_it_takes_either_secret_while_one_is_changed(receiver: Receiver) -> None:
    made = [event(number) for number in (1, 2, 3)]
    assert receiver.post(made[0][1], signed(made[0], OLD)) == 204
    assert receiver.post(made[1][1], signed(made[1], NEW, OLD)) == 204
    assert receiver.post(made[2][1], signed(made[2], FOREIGN, OLD)) == 204
    assert receiver.told()[-1][1] == 3


def test_it_refuses_what_is_not_genuine(receiver: Receiver) -> None:
    made = event(7)
    headers = signed(made)
    unsigned = {name: headers[name] for name in headers if "signature" not in name}
    refused = [
        receiver.post(made[1].replace(b"3", b"4"), headers),
        receiver.post(made[1], signed(made, FOREIGN)),
        receiver.post(made[1], signed(made, ago=600)),
        receiver.post(made[1], signed(made, ago=-600)),
        receiver.post(made[1], headers | {"webhook-id": event(8)[0]}),
        receiver.post(made[1], headers | {"webhook-timestamp": "yesterday"}),
        receiver.post(made[1], headers | {"webhook-signature": "v1,AAAA v1, , v2,x"}),
        receiver.post(made[1], unsigned),
        receiver.post(made[1], {}),
    ]
    assert refused == [401] * len(refused)
    assert receiver.told() == []


def test_it_reads_no_body_without_end(receiver: Receiver) -> None:
    made = ("evt_1", b'{"filler":"' + b"x" * 1_000_000 + b'"}')
    with suppress(ConnectionError):  # it may hang up before all is sent
        assert receiver.post(made[1], signed(made)) == 413
    assert receiver.told() == []
