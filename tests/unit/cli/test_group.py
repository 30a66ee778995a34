"""``signoff`` itself: its help, its unknown commands, and what it does not import."""

import importlib
import subprocess
import sys

import click
import pytest

from signoff.cli.group import LAZY, cli
from tests.unit.cli.command_line import Signoff


def commands() -> list[tuple[str, click.Command]]:
    """Every command and subcommand with its full name."""
    found: list[tuple[str, click.Command]] = []
    for name in LAZY:
        command = cli.get_command(click.Context(cli), name)
        assert command is not None
        found.append((name, command))
        if isinstance(command, click.Group):
            found += [(f"{name} {sub}", each) for sub, each in command.commands.items()]
    return found


def test_the_help_names_every_command(signoff: Signoff) -> None:
    result = signoff("--help")
    assert result.code == 0
    for name, lazy in LAZY.items():
        assert name in result.out
        assert lazy.summary in result.out
    assert "Exit codes" in result.out


@pytest.mark.parametrize("name", LAZY)
def test_every_command_is_where_the_group_says(name: str) -> None:
    module, _, attribute = LAZY[name].target.partition(":")
    command = getattr(importlib.import_module(module), attribute)
    assert command.name == name


@pytest.mark.parametrize(("name", "command"), commands())
def test_every_command_explains_itself(signoff: Signoff, name: str, command: click.Command) -> None:
    result = signoff(*name.split(), "--help")
    assert result.code == 0
    assert command.help
    for parameter in command.params:
        if isinstance(parameter, click.Option):
            assert parameter.help, f"{parameter.name} has no help"


@pytest.mark.parametrize(
    ("name", "command"),
    [each for each in commands() if not isinstance(each[1], click.Group) and each[0] != "graph"],
)
def test_every_command_can_answer_in_json(name: str, command: click.Command) -> None:
    options = [option for parameter in command.params for option in parameter.opts]
    assert "--json" in options or name == "compile"  # whose output is JSON in any case


def test_an_unknown_command_is_answered_with_the_nearest(signoff: Signoff) -> None:
    result = signoff("pubish")
    assert result.code == 2
    assert "Did you mean 'publish'?" in result.err


def test_nothing_like_it_is_answered_with_the_help(signoff: Signoff) -> None:
    result = signoff("qqqq")
    assert result.code == 2
    assert "signoff --help" in result.err


def test_an_option_that_does_not_exist_is_wrong_usage(signoff: Signoff) -> None:
    assert signoff("runs", "list", "--staus", "FAILED").code == 2


def test_the_help_imports_neither_aws_nor_pydantic() -> None:
    program = (
        "import sys; from signoff.cli.run import run; run(['--help']); "
        "print(sorted({name.partition('.')[0] for name in sys.modules} "
        "& {'botocore', 'boto3', 'pydantic', 'yaml', 'aws_lambda_powertools'}))"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True, timeout=60
    )
    assert done.stdout.splitlines()[-1] == "[]"


def test_an_error_of_our_own_is_told_without_a_traceback(
    signoff: Signoff, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("signoff.cli.keys.connect", lambda _: 1 / 0)
    result = signoff("keys", "list")
    assert result.code == 70
    assert "SIGNOFF_DEBUG=1" in result.err


def test_ctrl_c_is_130(signoff: Signoff, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted(_: click.Context) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("signoff.cli.keys.connect", interrupted)
    result = signoff("keys", "list")
    assert (result.code, result.err.strip()) == (130, "Stopped.")
