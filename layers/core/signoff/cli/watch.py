"""``signoff runs watch``: what happens to a run, as it happens."""

import math
import re
import time
from typing import Any

import click

from signoff.cli.api import connect
from signoff.cli.failures import EXIT_CODES, PROBLEMS, InConflict
from signoff.cli.follow import Part, follow
from signoff.cli.options import api_options, options_of
from signoff.cli.output import printable, say, write_line
from signoff.cli.told import told
from signoff.runs.ids import run_named

_LONG = re.compile(r"([0-9]{1,6})([smhd])")
_SECONDS = {"s": 1, "m": 60, "h": 3600, "d": 86400}


class Duration(click.ParamType[float]):
    """``90s``, ``30m``, ``24h`` or ``7d``, in seconds."""

    name = "duration"

    def convert(
        self, value: Any, param: click.Parameter | None, ctx: click.Context | None
    ) -> float:
        """The seconds of a text."""
        long = _LONG.fullmatch(str(value))
        if long is None or int(long[1]) == 0:
            self.fail(f"'{value}' is no time such as 90s, 30m, 24h or 7d.", param, ctx)
        return float(int(long[1]) * _SECONDS[long[2]])


@click.command(epilog=EXIT_CODES)
@click.argument("run_id")
@click.option(
    "--timeout",
    type=Duration(),
    metavar="TIME",
    help="Give up when it has not ended by then: 90s, 30m, 24h, 7d.",
)
@click.option(
    "--until-done", is_flag=True, help="Go on when the run fails: somebody may let it go on."
)
@api_options
@click.pass_context
def watch(ctx: click.Context, run_id: str, timeout: float | None, until_done: bool) -> None:
    """Show what happens to a run, from its start on and live, until it has ended.

    Takes the key of an operator or of a program, and a person's access token. Exits with 0 when
    the run was completed, with 1 when it was rejected or cancelled or has failed, with 5 when the
    time is over first. Ctrl-C stops the watching, not the run. --json writes one event a line, as
    a webhook gets it.

    \b
    Examples:
      signoff runs watch 5b0c2f4e-8d0e-4c57-9f0a-2f4f8f7f1c11
      signoff runs watch wi_5b0c2f4e8d0e4c579f0a2f4f8f7f1c11 --timeout 2d --json
      SIGNOFF_API_KEY="$(signoff token --user bob)" signoff runs watch …
    """
    until = math.inf if timeout is None else time.monotonic() + timeout
    as_json = options_of(ctx).as_json
    part = None
    for part in follow(connect(ctx), _instance(run_id), until, say):
        for event in part.events:
            write_line(event) if as_json else click.echo(told(event))
        if _is_stuck(part) and not until_done:
            say(f"The run failed. `signoff runs retry {run_named(run_id)}` lets it go on.")
            ctx.exit(PROBLEMS)
    if part is None or not part.instance["ended"]:
        raise InConflict("The time is over, and the run has not ended.")
    ctx.exit(_ended(part.instance))


def _instance(run_id: str) -> str:
    """A run's id in either form as the Approvals API takes it."""
    return f"wi_{run_named(run_id).replace('-', '')}" if "-" in run_id else run_id


def _is_stuck(part: Part) -> bool:
    """Whether the run has failed, and this is the last that is known of it."""
    return part.instance.get("error") is not None and not part.more


def _ended(instance: dict[str, Any]) -> int:
    """Say how the run ended; answers the exit code."""
    status = str(instance["status"])
    outcome = f": {printable(str(instance['outcome']))}" if instance.get("outcome") else ""
    say(f"{printable(status)}{outcome}")
    return 0 if status == "Completed" else PROBLEMS
