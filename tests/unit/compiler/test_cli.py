"""`signoff compile` and `signoff graph`."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from signoff.cli.compile import compile_
from signoff.cli.graph import graph
from signoff.compiler import compile_definition
from tests.golden.machines import HERE, load

GOOD = HERE / "approval.yaml"


def test_compile_prints_the_machine() -> None:
    result = CliRunner().invoke(compile_, [str(GOOD)])
    assert result.exit_code == 0
    assert result.stdout == compile_definition(load(GOOD)).to_json()
    assert result.stderr == ""


def test_compile_prints_the_resume_machine() -> None:
    result = CliRunner().invoke(compile_, ["--resume", str(GOOD)])
    assert json.loads(result.stdout)["StartAt"] == "Resume"


def test_compile_reads_standard_input_and_json() -> None:
    definition = load(GOOD).model_dump(mode="json", by_alias=True, exclude_unset=True)
    result = CliRunner().invoke(compile_, ["-"], input=json.dumps(definition))
    assert result.exit_code == 0
    assert result.stdout == compile_definition(load(GOOD)).to_json()


def test_graph_draws_the_steps() -> None:
    result = CliRunner().invoke(graph, [str(GOOD)])
    assert result.exit_code == 0
    assert result.stdout.splitlines() == [
        "flowchart TD",
        '    start(["One approval"]) --> s1',
        '    s1[/"Review"/]',
        '    s2(("Approved<br/>APPROVED"))',
        '    s3(("Rejected<br/>REJECTED"))',
        '    s1 -->|"APPROVE"| s2',
        '    s1 -->|"REJECT"| s3',
    ]


@pytest.mark.parametrize("command", [compile_, graph])
def test_problems_go_to_standard_error(command: object, tmp_path: Path) -> None:
    file = tmp_path / "bad.yaml"
    file.write_text("key: k\nname: n\nsteps: []\n")
    result = CliRunner().invoke(command, [str(file)])  # type: ignore[arg-type]
    assert result.exit_code == 1
    assert result.stdout == ""
    assert "3:8: no-steps" in result.stderr


@pytest.mark.parametrize("command", [compile_, graph])
def test_a_file_that_is_not_there(command: object, tmp_path: Path) -> None:
    result = CliRunner().invoke(command, [str(tmp_path / "none.yaml")])  # type: ignore[arg-type]
    assert result.exit_code == 2
    assert "none.yaml" in result.stderr
