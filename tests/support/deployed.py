"""A stack that is up somewhere: a local one of the session's own, a developer's, or one on AWS.

SIGNOFF_STACK is the path of a ``stack.json`` (for AWS with ``endpoint_url`` null). Else
SIGNOFF_TEST_STACK is the name of a CloudFormation stack on AWS (`make test-aws STACK=name`). On AWS
credentials and region come from the environment, as for every AWS tool. With neither variable, the
session starts a local stack in a folder of its own and stops it at its end.

The tests make their own tenants in it, so that nothing depends on what else is there.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import botocore.session
from botocore.config import Config

DEFAULT_NAME = "signoff"
_LIFECYCLE_SECONDS = 240


@dataclass(frozen=True)
class Deployed:
    """Where a stack is. Without an ``endpoint_url`` it is on AWS; without a ``home`` not ours."""

    api_url: str
    endpoint_url: str | None
    region: str | None
    name: str
    home: Path | None = None

    def aws(self, service: str) -> Any:
        """An AWS client beside the stack, with its operator's credentials."""
        return _client(service, self.endpoint_url, self.region)

    def resource(self, logical_id: str) -> str:
        """The physical id of a resource of the template."""
        return _resource(self, logical_id)

    def invoke(self, function: str, event: Any = None) -> Any:
        """What a function of the template answers to ``event``; fails where the function does."""
        answer = self.aws("lambda").invoke(
            FunctionName=self.resource(function), Payload=json.dumps(event or {}).encode()
        )
        content = json.loads(answer["Payload"].read() or b"null")
        assert "FunctionError" not in answer, content
        return content


@contextmanager
def deployed(new_folder: Callable[[], Path]) -> Iterator[Deployed]:
    """The stack that the environment names, or one in a new folder."""
    path, name = os.environ.get("SIGNOFF_STACK"), os.environ.get("SIGNOFF_TEST_STACK")
    if path:
        yield described(Path(path))
    elif name:
        yield _on_aws(name)
    else:
        home = new_folder()
        control(home, "up")
        try:
            yield described(home / "stack.json", home)
        finally:
            control(home, "down")


def described(path: Path, home: Path | None = None) -> Deployed:
    """The stack of a ``stack.json``."""
    told = json.loads(path.read_text(encoding="utf-8"))
    name = told.get("stack") or DEFAULT_NAME
    return Deployed(told["api_url"], told["endpoint_url"], told["region"], name, home)


def control(home: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run ``python -m signoff_local`` on the local stack in ``home``; fails unless it exits 0."""
    done = subprocess.run(
        [sys.executable, "-m", "signoff_local", *arguments],
        env={**os.environ, "SIGNOFF_HOME": str(home)},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=_LIFECYCLE_SECONDS,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done


def _on_aws(name: str) -> Deployed:
    stacks = _client("cloudformation", None, None).describe_stacks(StackName=name)["Stacks"]
    outputs = {each["OutputKey"]: each["OutputValue"] for each in stacks[0]["Outputs"]}
    return Deployed(outputs["ApiUrl"], None, None, name)


@lru_cache(maxsize=64)
def _client(service: str, endpoint_url: str | None, region: str | None) -> Any:
    session = botocore.session.get_session()
    if endpoint_url:
        session.set_credentials("test", "test")
    config = Config(
        max_pool_connections=40, read_timeout=70, retries={"mode": "standard", "max_attempts": 3}
    )
    return session.create_client(
        service, region_name=region, endpoint_url=endpoint_url, config=config
    )


@lru_cache(maxsize=64)
def _resource(stack: Deployed, logical_id: str) -> str:
    found = stack.aws("cloudformation").describe_stack_resource(
        StackName=stack.name, LogicalResourceId=logical_id
    )
    return str(found["StackResourceDetail"]["PhysicalResourceId"])
