"""deployer.py and template.py: first deployment, change in place, mistakes."""

from __future__ import annotations

import json
import shutil
import urllib.request
from pathlib import Path

import pytest

from signoff_local import deployer
from signoff_local.process import StackError
from tests.local.harness import BOUND, Stack

FIXTURE = Path(__file__).parent / "fixture"


@pytest.fixture
def template(tmp_path: Path) -> Path:
    """A copy of the fixture, to be changed."""
    copy = tmp_path / "system"
    shutil.copytree(FIXTURE, copy)
    return copy / "template.yaml"


def greeting(stack: Stack) -> str:
    with urllib.request.urlopen(f"http://127.0.0.1:{stack.port}/things/x", timeout=BOUND) as answer:
        return str(json.loads(answer.read())["greeting"])


def change(template: Path, old: str, new: str) -> None:
    text = template.read_text()
    assert old in text
    template.write_text(text.replace(old, new))


def test_a_deployment_is_repeated_changed_and_repaired(narrow: Stack, template: Path) -> None:
    said: list[str] = []

    def deploy() -> dict[str, str]:
        said.clear()
        return deployer.deploy(narrow.home, narrow.port, template, said.append)

    first = deploy()
    assert greeting(narrow) == "hello!"
    narrow.client("dynamodb").put_item(TableName=first["Table"], Item={"PK": {"S": "kept"}})

    assert deploy() == first
    assert said == [], "nothing changed, so nothing is deployed"

    change(template, "Default: hello", "Default: good day")
    assert deploy() == first
    assert greeting(narrow) == "good day!"
    found = narrow.client("dynamodb").scan(TableName=first["Table"])["Items"]
    assert found == [{"PK": {"S": "kept"}}], "the table was not touched"

    change(template, "Type: AWS::DynamoDB::Table", "Type: AWS::Nothing::Known")
    with pytest.raises(StackError, match="AWS::Nothing::Known"):
        deploy()
    change(template, "Type: AWS::Nothing::Known", "Type: AWS::DynamoDB::Table")
    deploy()
    assert greeting(narrow) == "good day!"


def test_what_is_wrong_is_said_in_words(narrow: Stack, template: Path) -> None:
    def refused() -> str:
        with pytest.raises(StackError) as error:
            deployer.deploy(narrow.home, narrow.port, template)
        return str(error.value)

    change(template, "Handler: api.echo.handler", "Handle: api.echo.handler")
    assert "Echo" in refused()
    change(template, "Handle: api.echo.handler", "Handler: [unclosed")
    assert "not valid YAML" in refused()
    template.unlink()
    assert "cannot be read: No such file" in refused()
