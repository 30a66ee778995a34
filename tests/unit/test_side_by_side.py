"""scripts/side_by_side.py: what `make test` runs, what it shows, and how it ends."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from tests.support.sam import ROOT
from tests.support.waiting import PATIENCE, until

PASSES = "def test_it():\n    pass\n"
FAILS = "def test_it():\n    raise AssertionError('the reason')\n"
WAITS = """
import pathlib, time
import pytest

here = pathlib.Path(__file__)

@pytest.fixture
def stack():
    yield
    here.with_suffix(".up").unlink()
    print("put away")

def test_it(stack):
    here.with_suffix(".up").touch()
    time.sleep(600)
"""


def start(folder: Path, first: str, second: str, *common: str) -> subprocess.Popen[str]:
    """Run two sessions of one file each."""
    (folder / "test_first.py").write_text(first, encoding="utf-8")
    (folder / "test_second.py").write_text(second, encoding="utf-8")
    return subprocess.Popen(
        [
            *(sys.executable, ROOT / "scripts" / "side_by_side.py"),
            *("the first", "test_first.py", "--", "the second", "test_second.py", "--"),
            *("-p", "no:cacheprovider", *common),
        ],
        cwd=folder,
        env=os.environ | {"PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1", "PYTEST_ADDOPTS": ""},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )


def ended(run: subprocess.Popen[str]) -> tuple[int, str]:
    """The exit status and all that was printed."""
    with run:
        said, _ = run.communicate(timeout=2 * PATIENCE)
    return run.returncode, said


def test_both_are_run_and_shown_whole_one_after_the_other(tmp_path: Path) -> None:
    status, said = ended(start(tmp_path, PASSES, PASSES))

    assert status == 0
    one, other = said.split("\n=== ")[1:]
    for shown in (one, other):
        assert "test session starts" in shown
        assert "1 passed in" in shown
    assert {shown.partition(" (")[0] for shown in (one, other)} == {"the first", "the second"}


@pytest.mark.parametrize("sources", [(PASSES, FAILS), (FAILS, PASSES)])
def test_one_that_fails_fails_the_run_and_the_other_is_run_all_the_same(
    sources: tuple[str, str], tmp_path: Path
) -> None:
    status, said = ended(start(tmp_path, *sources))

    assert status == 1
    assert "the reason" in said
    assert "1 passed in" in said


def test_a_session_that_has_none_of_the_tests_asked_for_is_no_failure(tmp_path: Path) -> None:
    other = PASSES.replace("test_it", "test_that")

    status, said = ended(start(tmp_path, PASSES, other, "-k", "test_that or nothing"))

    assert status == 0
    assert "1 deselected in" in said


def test_tests_that_nobody_has_are_a_failure(tmp_path: Path) -> None:
    assert ended(start(tmp_path, PASSES, PASSES, "-k", "misspelt"))[0] == 1


@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGTERM])
def test_an_interruption_ends_both_and_each_puts_away_what_it_had(
    how: signal.Signals, tmp_path: Path
) -> None:
    run = start(tmp_path, WAITS, WAITS, "-s")
    until(lambda: len(list(tmp_path.glob("*.up"))) == 2, 2 * PATIENCE)

    run.send_signal(how)
    status, said = ended(run)

    assert status == 130
    assert said.count("put away") == 2
    assert not list(tmp_path.glob("*.up"))


def test_a_command_line_that_names_no_session_is_explained() -> None:
    script = ROOT / "scripts" / "side_by_side.py"
    run = subprocess.run(
        [sys.executable, script, "one", "tests"], capture_output=True, text=True, check=False
    )

    assert run.returncode == 1
    assert "usage: side_by_side.py" in run.stderr
