"""Options that every command shares, before or after the command's own name."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar

import click
from click.core import ParameterSource

F = TypeVar("F", bound=Callable[..., Any])


@dataclass
class Options:
    """What was asked for on the command line or in the environment."""

    api_url: str | None = None
    api_key: str | None = None
    as_json: bool = False


def options_of(ctx: click.Context) -> Options:
    """The options of this invocation, wherever in the command line they stood."""
    return ctx.find_root().ensure_object(Options)


def api_options(command: F) -> F:
    """Give ``command`` --api-url, --api-key and --json."""
    for option in (
        click.option(
            "--api-key",
            envvar="SIGNOFF_API_KEY",
            metavar="KEY",
            callback=_keep("api_key"),
            expose_value=False,
            help="API key (wf_…).  [env: SIGNOFF_API_KEY; default: the local stack's admin key]",
        ),
        click.option(
            "--api-url",
            envvar="SIGNOFF_API_URL",
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
    def keep(ctx: click.Context, parameter: click.Parameter, value: Any) -> Any:
        options = options_of(ctx)
        source = ctx.get_parameter_source(parameter.name or "")
        # The environment must not undo what stood before the command's name, nor a default either.
        if value and (source is ParameterSource.COMMANDLINE or not getattr(options, name)):
            setattr(options, name, value)
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
