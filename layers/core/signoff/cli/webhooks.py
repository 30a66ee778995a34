"""``signoff webhooks``: where events are sent. What became of each is in ``cli.deliveries``."""

from typing import Any

import click

from signoff.cli.answers import show_done, show_thing, show_things
from signoff.cli.api import connect
from signoff.cli.deliveries import deliveries, delivery, replay, test
from signoff.cli.failures import EXIT_CODES
from signoff.cli.files import object_of
from signoff.cli.options import api_options, asks_first


@click.group()
@api_options
def webhooks() -> None:
    """Say where events are sent and which, see what became of each, and send them again."""


for _command in (test, deliveries, delivery, replay):
    webhooks.add_command(_command)


@webhooks.command(epilog=EXIT_CODES)
@click.argument("url")
@click.option(
    "--event",
    "events",
    multiple=True,
    required=True,
    metavar="TYPE",
    help="A type of event or a pattern, such as 'workflow.*'; repeat it for more.",
)
@click.option(
    "--filters",
    metavar="JSON",
    help="Conditions on the event's data: JSON, a file with it, or '-' (docs/webhooks.md).",
)
@click.option(
    "--format",
    "format_",
    metavar="FORMAT",
    help="How events look: papyrus (default) or cloudevents.",
)
@click.option("--description", metavar="TEXT", help="What it is for.")
@api_options
@click.pass_context
def create(
    ctx: click.Context,
    url: str,
    events: tuple[str, ...],
    filters: str | None,
    format_: str | None,
    description: str | None,
) -> None:
    """Have events sent to URL; show the secret that signs them, this one time.

    \b
    Examples:
      signoff webhooks create https://erp.example.com/in --event 'workflow.*'
      signoff webhooks create https://erp.example.com/in --event workflow.completed \\
        --filters '{"outcome": ["APPROVED"]}'
    """
    body: dict[str, Any] = {"url": url, "eventTypes": list(events)}
    if filters is not None:
        body["filters"] = object_of(filters, "--filters")
    if format_ is not None:
        body["format"] = format_
    if description is not None:
        body["description"] = description
    webhook = connect(ctx).post("webhooks", body=body).data
    _show_secret(ctx, webhook, "Keep the secret now: it cannot be shown again.")


@webhooks.command("list", epilog=EXIT_CODES)
@api_options
@click.pass_context
def list_(ctx: click.Context) -> None:
    """List the webhooks, newest first. Their secrets are never shown."""
    found = list(connect(ctx).pages("webhooks"))
    columns = {
        "id": "ID",
        "status": "STATUS",
        "url": "URL",
        "eventTypes": "EVENTS",
        "description": "DESCRIPTION",
    }
    show_things(ctx, found, columns)


@webhooks.command(epilog=EXIT_CODES)
@click.argument("webhook_id")
@api_options
@click.pass_context
def show(ctx: click.Context, webhook_id: str) -> None:
    """Show the webhook WEBHOOK_ID: what it is sent, and whether it answers."""
    _show(ctx, connect(ctx).get("webhooks", webhook_id).data)


@webhooks.command(epilog=EXIT_CODES)
@click.argument("webhook_id")
@click.option("--url", metavar="URL", help="Where it leads.")
@click.option("--event", "events", multiple=True, metavar="TYPE", help="All that it is sent.")
@click.option("--filters", metavar="JSON", help="All its conditions.")
@click.option("--no-filters", is_flag=True, help="Let it have none.")
@click.option(
    "--format", "format_", metavar="FORMAT", help="How events look: papyrus or cloudevents."
)
@click.option("--description", metavar="TEXT", help="What it is for.")
@api_options
@click.pass_context
def edit(
    ctx: click.Context,
    webhook_id: str,
    url: str | None,
    events: tuple[str, ...],
    filters: str | None,
    no_filters: bool,
    format_: str | None,
    description: str | None,
) -> None:
    """Change the webhook WEBHOOK_ID. What is not named stays.

    \b
    Example:
      signoff webhooks edit 0193a5f0-… --event 'workflow.*' --no-filters
    """
    if filters is not None and no_filters:
        raise click.UsageError("One of the two options rules the other out.", ctx)
    named = {
        "url": url,
        "eventTypes": list(events) or None,
        "format": format_,
        "description": description,
    }
    body: dict[str, Any] = {name: value for name, value in named.items() if value is not None}
    if filters is not None or no_filters:
        body["filters"] = object_of(filters, "--filters") if filters is not None else None
    _show(ctx, connect(ctx).patch("webhooks", webhook_id, body=body).data)


@webhooks.command(epilog=EXIT_CODES)
@click.argument("webhook_id")
@click.option(
    "--overlap",
    type=click.IntRange(min=0),
    metavar="SECONDS",
    help="How long the present secret signs beside the new one.  [default: a day; at most a week]",
)
@api_options
@click.pass_context
def rotate(ctx: click.Context, webhook_id: str, overlap: int | None) -> None:
    """Give the webhook WEBHOOK_ID a new secret and show it, this one time.

    \b
    Example:
      signoff webhooks rotate 0193a5f0-6c1e-7d39-9a52-0c8d1f3e7b11 --overlap 3600
    """
    body = {} if overlap is None else {"overlapSeconds": overlap}
    webhook = connect(ctx).post("webhooks", webhook_id, "rotate", body=body).data
    until = webhook["formerSecretUntil"]
    ends = f"signs too until {until}" if until else "signs nothing any more"
    _show_secret(ctx, webhook, f"Keep it now. The former secret {ends}.")


@webhooks.command(epilog=EXIT_CODES)
@click.argument("webhook_id")
@api_options
@click.pass_context
def disable(ctx: click.Context, webhook_id: str) -> None:
    """Send the webhook WEBHOOK_ID nothing; what happens meanwhile is kept for it."""
    _show(ctx, connect(ctx).post("webhooks", webhook_id, "disable", body={}).data)


@webhooks.command(epilog=EXIT_CODES)
@click.argument("webhook_id")
@api_options
@click.pass_context
def enable(ctx: click.Context, webhook_id: str) -> None:
    """Switch the webhook WEBHOOK_ID on, or let one that is failing begin anew.

    What was kept for it is sent.
    """
    _show(ctx, connect(ctx).post("webhooks", webhook_id, "enable", body={}).data)


@webhooks.command(epilog=EXIT_CODES)
@click.argument("webhook_id")
@asks_first("Delete the webhook {webhook_id} for good?")
@api_options
@click.pass_context
def delete(ctx: click.Context, webhook_id: str) -> None:
    """Delete the webhook WEBHOOK_ID for good; what was on its way to it is not sent any more."""
    webhook = connect(ctx).delete("webhooks", webhook_id).data
    show_done(ctx, webhook, f"Deleted {webhook['id']}, which led to {webhook['url']}.")


def _show(ctx: click.Context, webhook: dict[str, Any]) -> None:
    show_thing(ctx, webhook, _fields(webhook))


def _show_secret(ctx: click.Context, webhook: dict[str, Any], advice: str) -> None:
    show_thing(ctx, webhook, {"Secret": webhook["secret"], **_fields(webhook)}, advice)


def _fields(webhook: dict[str, Any]) -> dict[str, Any]:
    return {
        "Id": webhook["id"],
        "URL": webhook["url"],
        "Events": webhook["eventTypes"],
        "Filters": webhook["filters"],
        "Format": webhook["format"],
        "Description": webhook["description"],
        "Status": webhook["status"],
        "Disabled": webhook["disabledAt"],
        "Disabled because": webhook["disabledReason"],
        "Failing since": webhook["failingSince"],
        "Created": webhook["createdAt"],
        "Changed": webhook["updatedAt"],
        "Former secret until": webhook["formerSecretUntil"],
    }
