"""Entry of the command line: whatever happens, a sentence and an exit code, no traceback."""

import os
import sys
import traceback
from collections.abc import Sequence

import click

from signoff.cli.failures import INTERNAL, INTERRUPTED, PROBLEMS, USAGE, Failure
from signoff.cli.group import cli


def main(arguments: Sequence[str] | None = None) -> None:
    """Run ``signoff`` with ``arguments`` (default: the process's own) and leave the process."""
    sys.exit(run(arguments))


def run(arguments: Sequence[str] | None = None) -> int:
    """Run ``signoff`` and answer its exit code (``failures``)."""
    try:
        code = cli.main(args=arguments, prog_name="signoff", standalone_mode=False)
    except click.ClickException as error:
        error.show()
        return error.exit_code if isinstance(error, Failure) else _code_of(error)
    except (click.Abort, KeyboardInterrupt):
        click.echo("Stopped.", err=True)
        return INTERRUPTED
    except BrokenPipeError:
        # The reader (`| head`) has what it wanted; Python must not complain at exit either.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except Exception as error:  # noqa: BLE001 - the last door: no traceback reaches a user
        if os.environ.get("SIGNOFF_DEBUG"):
            traceback.print_exc()
        click.echo(f"Internal error: {type(error).__name__}: {error}", err=True)
        click.echo("Set SIGNOFF_DEBUG=1 to see where, and report it.", err=True)
        return INTERNAL
    return code if isinstance(code, int) else 0


def _code_of(error: click.ClickException) -> int:
    return USAGE if isinstance(error, click.UsageError | click.FileError) else PROBLEMS
