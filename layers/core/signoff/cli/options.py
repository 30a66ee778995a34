"""Options that commands share; those of every command stand before or after its own name."""

import os
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import wraps
from typing import Any, TypeVar, cast

import click

F = TypeVar("F", bound=Callable[..., Any])


@dataclass
class Options:
    """What was asked for on the command line, or else in the environment."""

    api_url: str | None = field(default_factory=lambda: os.environ.get("SIGNOFF_API_URL") or None)
    api_key: str | None = field(default_factory=lambda: os.environ.get("SIGNOFF_API_KEY") or None)
    as_json: bool = False


def options_of(ctx: click.Context) -> Options:
    """The options of this invocation, wherever in the command line they stood."""
    return ctx.find_root().ensure_object(Options)


def api_options(command: F) -> F:
    """Give ``command`` --api-url, --api-key and --json."""
    for option in (
        click.option(
            "--api-key",
            metavar="KEY",
            callback=_keep("api_key"),
            expose_value=False,
            help="API key (wf_…).  [env: SIGNOFF_API_KEY; default: the local stack's admin key]",
        ),
        click.option(
            "--api-url",
            metavar="URL",
            callback=_keep("api_url"),
            expose_value=False,
            help="Base address of the API.  [env: SIGNOFF_API_URL; default: the local stack]",
        ),
        json_option,
    ):
        command = option(command)
    return command


def _keep(name: str) -> Callable[[click.Context, click.Parameter, Any], Any]:
    def keep(ctx: click.Context, _: click.Parameter, value: Any) -> Any:
        # A command's own default must not undo what stood before its name.
        if value:
            setattr(options_of(ctx), name, value)
        return value

    return keep


def json_option(command: F) -> F:
    """Give ``command`` --json: one JSON value on standard output, everything else beside it."""
    return click.option(
        "--json",
        is_flag=True,
        callback=_keep("as_json"),
        expose_value=False,
        help="Write JSON to standard output; messages go to standard error.",
    )(command)


def limit_option(command: F) -> F:
    """Give ``command`` --limit: how many things of a list it shows at most."""
    return click.option(
        "--limit", type=click.IntRange(1, 100_000), default=50, show_default=True, help="At most."
    )(command)


def asks_first(question: str) -> Callable[[F], F]:
    """Let a command ask ``question``, with its own arguments in braces, unless --yes is given."""

    def decorate(command: F) -> F:
        @wraps(command)
        def asking(*args: Any, yes: bool, **given: Any) -> Any:
            if not yes:
                click.confirm(question.format(**given), abort=True, err=True)
            return command(*args, **given)

        option = click.option("--yes", "-y", is_flag=True, help="Do not ask.")
        return cast(F, option(asking))

    return decorate
