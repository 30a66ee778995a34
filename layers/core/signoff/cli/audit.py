"""``signoff audit``: who did what to what, and when."""

from typing import Any

import click

from signoff.cli.answers import show_things
from signoff.cli.api import connect
from signoff.cli.failures import EXIT_CODES
from signoff.cli.moment import MOMENT
from signoff.cli.options import api_options, limit_option


@click.command(epilog=EXIT_CODES)
@click.option("--actor", metavar="ID", help="What this person did.")
@click.option(
    "--subject", metavar="ID", help="What happened to this run, task, document, key, user …"
)
@click.option("--since", type=MOMENT, help="Not before: 2027-01-31T00:00:00Z, or 30m, 24h, 7d.")
@click.option("--until", type=MOMENT, help="Before this moment, written like --since.")
@click.option("--type", "type_", metavar="TYPE", help="Only key.created, or all of key.")
@click.option("--via", metavar="KEY_ID", help="What this API key was used for.")
@limit_option
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
        "from": since,
        "to": until,
        "type": type_,
        "via": via,
    }
    found = list(connect(ctx).pages("audit", at_most=limit, **narrowed))
    columns = {"at": "AT", "type": "TYPE", "actor": "ACTOR", "via": "VIA", "subject": "SUBJECT"}
    more = "--limit shows more, --json the details"
    show_things(ctx, found, columns, limit=limit, more=more)
