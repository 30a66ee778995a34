"""The built functions in Lambda's image, beside the local stack. `make test-sam` runs this suite.

The local stack gives the tables, the bus and the machines; the functions under test are those of
`sam local`. Of the built template only the environment is changed: it gets the stack's names and
its address.
"""

from __future__ import annotations

import contextlib
import json
import os
import socket
import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import boto3
import pytest
from botocore.config import Config
from samtranslator.yaml_helper import yaml_parse

from signoff_local.process import free_port
from tests.sam.bridge import bridge
from tests.support.deployed import Deployed, control
from tests.support.sam import ROOT

# Without an engine there is nothing to collect; scripts/test_sam.sh says so by its exit status.
collect_ignore_glob = [] if "SIGNOFF_ENGINE" in os.environ else ["test_*.py"]

BUILD = ROOT / ".aws-sam" / "local"
SAM = (ROOT / ".tools" / "sam" / "bin" / "python", ROOT / "tests" / "sam" / "one_image.py")
READY_SECONDS = 240
ANSWER_SECONDS = 120
"""Of one call: it may start a container, and then wait for what comes next."""


@pytest.fixture(scope="session")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, Any]]:
    """A local stack of its own: the content of its stack.json."""
    home = tmp_path_factory.mktemp("stack")
    control(home, "up")
    try:
        yield json.loads((home / "stack.json").read_text(encoding="utf-8"))
    finally:
        control(home, "down")


@pytest.fixture(scope="session")
def beside(stack: dict[str, Any]) -> Iterator[Path]:
    """The built template, with the environment of the stack's own functions."""
    deployed = Deployed(stack["api_url"], stack["endpoint_url"], stack["region"], "signoff")
    functions = deployed.aws("lambda").list_functions()["Functions"]
    address = urlsplit(stack["endpoint_url"])
    template = yaml_parse((BUILD / "template.yaml").read_text(encoding="utf-8"))
    declared = template["Globals"]["Function"]["Environment"]["Variables"]
    given = functions[0]["Environment"]["Variables"]
    with bridge((str(address.hostname), int(address.port or 80))) as endpoint:
        declared |= {name: value for name, value in given.items() if name in declared}
        declared |= {"AWS_ENDPOINT_URL": endpoint}
        declared |= {"AWS_ACCESS_KEY_ID": "test", "AWS_SECRET_ACCESS_KEY": "test"}
        path = BUILD / "beside.json"
        path.write_text(json.dumps(template), encoding="utf-8")
        yield path


@pytest.fixture(scope="session")
def api(beside: Path) -> Iterator[str]:
    """The address of `sam local start-api`."""
    with sam_local("start-api", beside) as address:
        yield address


@pytest.fixture(scope="session")
def lambda_client(beside: Path) -> Iterator[Any]:
    """A client of `sam local start-lambda`, which runs functions by their logical ids."""
    with sam_local("start-lambda", beside) as address:
        yield boto3.client(
            "lambda",
            endpoint_url=address,
            region_name="us-east-1",
            aws_access_key_id="unused",
            aws_secret_access_key="unused",
            config=Config(read_timeout=ANSWER_SECONDS, retries={"total_max_attempts": 1}),
        )


@contextlib.contextmanager
def sam_local(command: str, template: Path) -> Iterator[str]:
    """Run one of SAM's servers until the block ends; yields its address once it listens."""
    port = free_port(None)
    parameters = [
        f"Runtime={os.environ['SIGNOFF_RUNTIME']}",
        f"Architecture={os.environ['SIGNOFF_ARCHITECTURE']}",
    ]
    # Debian's engine has no way to a registry, and a stand-in for the image in its place.
    pull = [] if os.environ["SIGNOFF_ENGINE"] == "host" else ["--skip-pull-image"]
    log = BUILD / f"{command}.log"
    with log.open("wb") as output:
        server = subprocess.Popen(
            [
                *(*SAM, "local", command, "--template", template, "--port", str(port)),
                *("--warm-containers", "LAZY", *pull, "--parameter-overrides", *parameters),
            ],
            stdout=output,
            stderr=subprocess.STDOUT,
            cwd=BUILD,
        )
        try:
            wait_for(port, server, log)
            yield f"http://127.0.0.1:{port}"
        finally:
            server.terminate()  # it removes its containers
            server.wait(60)


def wait_for(port: int, server: subprocess.Popen[bytes], log: Path) -> None:
    """Return when somebody listens on ``port``; fail with the log's end if nobody does."""
    deadline = time.monotonic() + READY_SECONDS
    while time.monotonic() < deadline and server.poll() is None:
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), 1):
            return
        time.sleep(0.2)
    pytest.fail(f"SAM does not listen:\n{log.read_text(encoding='utf-8')[-2000:]}")


def call(
    method: str, url: str, headers: dict[str, str], body: Any = None
) -> tuple[int, dict[str, Any]]:
    """Send a JSON request; answers the status and the body, whatever the status is."""
    data = None if body is None else json.dumps(body).encode()
    request = urllib.request.Request(
        url, data, headers | {"Content-Type": "application/json"}, method=method
    )
    try:
        with urllib.request.urlopen(request, timeout=ANSWER_SECONDS) as answer:
            return answer.status, json.load(answer)
    except urllib.error.HTTPError as refusal:
        with refusal:
            return refusal.code, json.load(refusal)
