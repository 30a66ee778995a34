"""`signoff check`."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from signoff.cli.check import check

GOOD = "key: a\nname: A\nsteps:\n  - {id: Done, type: end, config: {outcome: DONE}}\n"
BAD = GOOD.replace("outcome: DONE", "outcom: DONE")
WARNED = GOOD.replace(
    "steps:\n",
    "steps:\n  - {id: M, type: map, config: {items: '{% [1] %}', steps: [{id: N, type: notify}]}}"
    "\n",
)


@pytest.fixture(autouse=True)
def _files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, text in (("good", GOOD), ("bad", BAD), ("warned", WARNED)):
        (tmp_path / f"{name}.yaml").write_text(text, encoding="utf-8")
    monkeypatch.chdir(tmp_path)


def run(*arguments: str, stdin: str | bytes | None = None) -> Result:
    return CliRunner().invoke(check, arguments, input=stdin)


def test_a_clean_definition_says_little_and_exits_0() -> None:
    result = run("good.yaml")
    assert result.exit_code == 0
    assert result.stdout == ""
    assert result.stderr == "good.yaml: no problems\n"


def test_a_definition_with_errors_exits_1() -> None:
    result = run("good.yaml", "bad.yaml")
    assert result.exit_code == 1
    assert result.stdout.startswith("bad.yaml:4:36: unknown-field: ")
    assert "bad.yaml: 1 error" in result.stderr


def test_warnings_fail_only_when_they_shall() -> None:
    assert run("warned.yaml").exit_code == 0
    assert run("--strict", "warned.yaml").exit_code == 1


def test_a_file_that_is_not_there_exits_2_and_the_others_are_checked() -> None:
    result = run("missing.yaml", ".", "bad.yaml")
    assert result.exit_code == 2
    assert "missing.yaml: No such file" in result.stderr
    assert ".: Is a directory" in result.stderr
    assert "unknown-field" in result.stdout


def test_json_is_one_document() -> None:
    result = run("--json", "good.yaml", "bad.yaml", "missing.yaml")
    document = json.loads(result.stdout)
    assert [(each["file"], len(each["problems"])) for each in document["files"]] == [
        ("good.yaml", 0),
        ("bad.yaml", 1),
    ]
    assert document["unreadable"] == ["missing.yaml: No such file or directory"]
    assert document["files"][1]["problems"][0]["code"] == "unknown-field"


def test_standard_input_is_a_file_too() -> None:
    assert run("-", stdin=GOOD).exit_code == 0
    assert "<stdin>:4:36: unknown-field" in run("-", stdin=BAD).stdout
    assert "not UTF-8" in run("-", stdin=b"\xff\xfe").stdout


def test_too_much_is_not_read() -> None:
    Path("large.yaml").write_bytes(b"#" * 2_000_000)
    result = run("large.yaml")
    assert result.exit_code == 1
    assert "too-large" in result.stdout


def test_the_help_has_an_example_and_the_exit_codes() -> None:
    result = run("--help")
    assert result.exit_code == 0
    assert "signoff check statemachines/document-approval.yaml" in result.stdout
    assert "Exit status" in result.stdout
