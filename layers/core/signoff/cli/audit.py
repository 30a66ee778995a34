"""``signoff audit``: who did what to what, and when."""

import re
from typing import Any

import click

from signoff.cli.api import connect
from signoff.cli.failures import EXIT_CODES
from signoff.cli.options import api_options, options_of
from signoff.cli.output import say, write_json, write_table
from signoff.clock import after

_AGO = re.compile(r"([0-9]{1,5})([mhd])")
_SECONDS = {"m": 60, "h": 3600, "d": 86400}


@click.command(epilog=EXIT_CODES)
@click.option("--actor", metavar="ID", help="What this person did.")
@click.option(
    "--subject", metavar="ID", help="What happened to this run, task, document, key, user …"
)
@click.option("--since", metavar="TIME", help="Not before: 2027-01-31T00:00:00Z, or 30m, 24h, 7d.")
@click.option("--until", metavar="TIME", help="Before this moment, written like --since.")
@click.option("--type", "type_", metavar="TYPE", help="Only key.created, or all of key.")
@click.option("--via", metavar="KEY_ID", help="What this API key was used for.")
@click.option(
    "--limit", type=click.IntRange(1, 100_000), default=50, show_default=True, help="At most."
)
@api_options
@click.pass_context
def audit(
    ctx: click.Context,
    actor: str | None,
    subject: str | None,
    since: str | None,
    until: str | None,
    type_: str | None,
    via: str | None,
    limit: int,
) -> None:
    """Find who did what, newest first: in runs, with documents, to keys and settings.

    \b
    Examples:
      signoff audit --since 24h
      signoff audit --actor bob --type task.decided
      signoff audit --subject 5b0c2f4e-8d0e-4c57-9f0a-2f4f8f7f1c11 --json
    """
    narrowed: dict[str, Any] = {
        "actor": actor,
        "subject": subject,
        "from": moment(since),
        "to": moment(until),
        "type": type_,
        "via": via,
    }
    found = list(connect(ctx).pages("audit", at_most=limit, **narrowed))
    if options_of(ctx).as_json:
        write_json(found)
        return
    columns = {"at": "AT", "type": "TYPE", "actor": "ACTOR", "via": "VIA", "subject": "SUBJECT"}
    write_table(columns, found)
    if len(found) == limit:
        say(f"Showing {limit}; --limit shows more, --json the details.")


def moment(text: str | None) -> str | None:
    """A moment as the API takes it: as it was typed, or so long ago."""
    ago = _AGO.fullmatch(text or "")
    return after(-int(ago[1]) * _SECONDS[ago[2]]) if ago else text
