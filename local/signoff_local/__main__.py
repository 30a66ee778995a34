"""`python -m signoff_local`: the local stack, without Docker and without an account."""

from __future__ import annotations

import importlib
import sys
import time

import click

from signoff_local import lifecycle, logs, process
from signoff_local.home import Home

NOT_RUNNING = 3


class Commands(click.Group):
    """Turns what keeps the stack from working into a message and exit code 1."""

    def invoke(self, ctx: click.Context) -> object:
        try:
            return super().invoke(ctx)
        except process.StackError as error:
            raise click.ClickException(str(error)) from error


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"]})
def main() -> None:
    """Run Signoff on this machine: an emulator of AWS with the whole system deployed to it.

    \b
    SIGNOFF_HOME   folder of the stack (default: .signoff in the checkout); another folder is
                   another stack, beside the first
    SIGNOFF_PORT   its port (default: the one it had, else 4566, else a free one)
    SIGNOFF_SLA_TIME_SCALE
                   what the times of deadlines are multiplied by (default: 1)
    """


@main.command()
def up() -> None:
    """Start the stack in the background; returns when it is ready.

    Run again after changing the template or a definition: it deploys the change. Changed code is
    live at the next call and needs nothing.
    """
    began = time.monotonic()
    done = lifecycle.up(Home.chosen(), _say)
    took = time.monotonic() - began
    if done.was_running and not done.changed:
        click.echo(f"Already up, nothing to do: {done.stack['api_url']}")
    else:
        click.echo(f"Ready after {took:.1f} s: {done.stack['api_url']}")
    click.echo(f"Keys and users: {Home.chosen().stack_file}")


@main.command()
def down() -> None:
    """Stop the stack. What it holds is kept, open approvals too."""
    stopped = lifecycle.down(Home.chosen(), _say)
    click.echo("Stopped; `make up` goes on from here." if stopped else "Not running.")


@main.command()
def reset() -> None:
    """Stop the stack and forget all that it held, its keys too."""
    lifecycle.reset(Home.chosen(), _say)
    click.echo("Empty; `make up` starts afresh.")


@main.command()
def status() -> None:
    """Say whether the stack is ready and where. Exit code 3 if it is not."""
    found = lifecycle.status(Home.chosen())
    if found is None:
        click.echo("Not running.")
        sys.exit(NOT_RUNNING)
    click.echo(f"API       {found['api_url']}")
    click.echo(f"AWS       {found['endpoint_url']} ({found['region']})")
    click.echo(f"Tenant    {found['tenant']}")
    for user in found["users"]:
        click.echo(f"User      {user['id']} ({', '.join(user['groups'])})")
    click.echo(f"Keys      {Home.chosen().stack_file}")


@main.command("logs")
@click.option("--follow", "-f", is_flag=True, help="Go on showing what comes, until Ctrl-C.")
@click.option("--lines", "-n", default=40, show_default=True, help="How many of the past, each.")
def show_logs(follow: bool, lines: int) -> None:
    """Show what the emulator logs and what functions print."""
    if not logs.show(Home.chosen(), lines, follow, lambda text: click.echo(text, nl=False)):
        click.echo("No logs yet.")


@main.command(context_settings={"ignore_unknown_options": True})
@click.argument("arguments", nargs=-1, type=click.UNPROCESSED)
def demo(arguments: tuple[str, ...]) -> None:
    """Start the stack and walk a document through its approval, call by call."""
    sys.exit(importlib.import_module("signoff_local.demo").main(list(arguments)))


@main.command("demo-sla")
def demo_sla() -> None:
    """Watch a deadline of two days pass in some twenty seconds, on a stack of its own."""
    sys.exit(importlib.import_module("signoff_local.demo_sla").main())


def _say(line: str) -> None:
    click.echo(f"· {line}")


if __name__ == "__main__":
    main()
