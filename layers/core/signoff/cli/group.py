"""The command group. A command's module is imported when it is used, so ``--help`` is quick."""

import importlib
from dataclasses import dataclass

import click

from signoff.cli.failures import EXIT_CODES
from signoff.cli.options import api_options


@dataclass(frozen=True)
class Lazy:
    """Where a command is, and its line in ``signoff --help``."""

    target: str
    summary: str


# Grouped as they are shown.
SECTIONS: dict[str, dict[str, Lazy]] = {
    "Definitions (no network)": {
        "check": Lazy("signoff.cli.check:check", "Check a definition and report all its problems"),
        "compile": Lazy("signoff.cli.compile:compile_", "Print a definition's state machine"),
        "graph": Lazy("signoff.cli.graph:graph", "Draw a definition as a Mermaid flowchart"),
    },
    "A stack's definitions and runs": {
        "publish": Lazy("signoff.cli.publish:publish", "Publish definitions"),
        "definitions": Lazy("signoff.cli.definitions:definitions", "List and show definitions"),
        "runs": Lazy(
            "signoff.cli.runs:runs", "Start, list, show, watch, cancel, retry and comment on runs"
        ),
        "tasks": Lazy("signoff.cli.tasks:tasks", "Give a task to somebody else"),
        "verify-history": Lazy(
            "signoff.cli.verify:verify_history", "Rebuild a run from its history and compare"
        ),
    },
    "Administration": {
        "bootstrap": Lazy("signoff.cli.bootstrap:bootstrap", "Make a tenant and its first key"),
        "dead-letters": Lazy(
            "signoff.cli.dead_letters:dead_letters", "Look at failed messages, send back or drop"
        ),
        "audit": Lazy("signoff.cli.audit:audit", "Find who did what"),
        "token": Lazy("signoff.cli.token:token", "Print a person's own access token"),
        "keys": Lazy("signoff.cli.keys:keys", "Create, list, change and revoke API keys"),
        "webhooks": Lazy(
            "signoff.cli.webhooks:webhooks", "Say where events are sent, and send them again"
        ),
        "notifications": Lazy(
            "signoff.cli.notifications:notifications", "Say how people are told of their tasks"
        ),
        "users": Lazy("signoff.cli.users:users", "Keep the directory, and note who is away"),
    },
}

LAZY = {name: lazy for section in SECTIONS.values() for name, lazy in section.items()}


class LazyGroup(click.Group):
    """A group that knows its commands by name and imports one when it is called."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - click's signature
        """The commands' names, in the order of the help."""
        return list(LAZY)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002 - click's signature
        """Import the command, None for a name that does not exist."""
        lazy = LAZY.get(cmd_name)
        if lazy is None:
            return None
        module, _, attribute = lazy.target.partition(":")
        command = getattr(importlib.import_module(module), attribute)
        if not isinstance(command, click.Command):
            raise TypeError(f"{lazy.target} is no command")
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: ARG002 - click's signature
        """Write the commands in their sections, without importing them."""
        for title, section in SECTIONS.items():
            with formatter.section(title):
                formatter.write_dl([(name, lazy.summary) for name, lazy in section.items()])

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Find the command; an unknown one is answered with the nearest name there is."""
        name = args[0]
        if name not in LAZY and not name.startswith("-"):
            from difflib import get_close_matches

            near = get_close_matches(name, LAZY, n=1)
            hint = f" Did you mean '{near[0]}'?" if near else " See 'signoff --help'."
            ctx.fail(f"There is no command '{name}'.{hint}")
        return super().resolve_command(ctx, args)


@click.group(
    cls=LazyGroup,
    context_settings={"help_option_names": ["-h", "--help"]},
    epilog=EXIT_CODES,
)
@click.version_option(package_name="signoff", prog_name="signoff")
@api_options
def cli() -> None:
    """Signoff: workflows and approvals.

    Check and publish workflow definitions, look after runs, and manage API keys. Commands that
    talk to a stack take its address and key from --api-url and --api-key, from SIGNOFF_API_URL
    and SIGNOFF_API_KEY, or from the local stack (`make up`) of this directory.

    \b
    Examples:
      signoff check statemachines/document-approval.yaml
      signoff publish statemachines/*.yaml
      signoff runs list --status RUNNING
      SIGNOFF_API_URL=https://… SIGNOFF_API_KEY=wf_… signoff keys list --json
    """
