"""docs/cli.md names every command and every exit code."""

from pathlib import Path

from signoff.cli import failures
from tests.unit.cli.test_group import commands

PAGE = (Path(__file__).resolve().parents[3] / "docs" / "cli.md").read_text(encoding="utf-8")


def test_every_command_is_on_the_page() -> None:
    groups = {"runs", "tasks", "keys", "definitions", "users", "dead-letters", "webhooks"} | {
        "notifications"
    }
    missing = [
        name for name, _ in commands() if name not in groups and f"`signoff {name}" not in PAGE
    ]
    assert missing == []


def test_every_exit_code_is_on_the_page_and_in_the_help() -> None:
    codes = {
        value for name, value in vars(failures).items() if name.isupper() and name != "EXIT_CODES"
    }
    assert len(codes) == 8
    for code in codes:
        assert f"| {code} |" in PAGE
        assert f"\n  {code} " in failures.EXIT_CODES
