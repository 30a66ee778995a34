"""``signoff notifications``: how people are told of their tasks."""

from typing import Any

import click

from signoff.cli.answers import show_done, show_thing, show_things
from signoff.cli.api import connect
from signoff.cli.failures import EXIT_CODES
from signoff.cli.options import api_options, limit_option

# A person's own, for which the key is their access token.
_ME = "/api/v1/users/me"

_SLACK = click.option(
    "--slack-url", metavar="URL", help="An incoming webhook; '-' reads it from standard input."
)
_NO_SLACK = click.option("--no-slack", is_flag=True, help="Take the Slack address away.")


@click.group()
@api_options
def notifications() -> None:
    """Choose how you are told of your tasks; for administrators, the channel and what bounced."""


@notifications.command(epilog=EXIT_CODES)
@api_options
@click.pass_context
def show(ctx: click.Context) -> None:
    """Show how you are told. The key is your own access token (signoff token).

    \b
    Example:
      SIGNOFF_API_KEY=$(signoff token) signoff notifications show
    """
    _show_own(ctx, connect(ctx).get("notifications", root=_ME).data)


@notifications.command("set", epilog=EXIT_CODES)
@click.argument("channel", type=click.Choice(["mail", "slack", "none"]))
@_SLACK
@_NO_SLACK
@api_options
@click.pass_context
def set_(ctx: click.Context, channel: str, slack_url: str | None, no_slack: bool) -> None:
    """Be told by CHANNEL from now on. The key is your own access token (signoff token).

    Without --slack-url your address stays as it is; without any, Slack is the organisation's
    channel.

    \b
    Example:
      SIGNOFF_API_KEY=$(signoff token) signoff notifications set slack
    """
    body: dict[str, Any] = {"channel": channel, **_slack(ctx, slack_url, no_slack)}
    _show_own(ctx, connect(ctx).put("notifications", body=body, root=_ME).data)


@notifications.command(epilog=EXIT_CODES)
@_SLACK
@_NO_SLACK
@api_options
@click.pass_context
def settings(ctx: click.Context, slack_url: str | None, no_slack: bool) -> None:
    """Show the organisation's Slack channel and who mail comes from, or set the channel."""
    body = _slack(ctx, slack_url, no_slack)
    api = connect(ctx)
    found = (
        api.put("settings", "notifications", body=body)
        if body
        else api.get("settings", "notifications")
    ).data
    fields = {
        "Mail comes from": found["mailSender"] or "nobody: the stack sends none",
        "Slack": found["slackHost"] or "none",
    }
    show_thing(ctx, found, fields)


@notifications.command(epilog=EXIT_CODES)
@limit_option
@api_options
@click.pass_context
def suppressed(ctx: click.Context, limit: int) -> None:
    """List the addresses that get no mail: it came back, or somebody complained."""
    found = list(connect(ctx).pages("suppressions", at_most=limit))
    columns = {"id": "ID", "address": "ADDRESS", "cause": "CAUSE", "detail": "DETAIL", "at": "AT"}
    show_things(ctx, found, columns, limit=limit)


@notifications.command(epilog=EXIT_CODES)
@click.argument("address_id")
@api_options
@click.pass_context
def release(ctx: click.Context, address_id: str) -> None:
    """Send mail to the address with the id ADDRESS_ID again."""
    found = connect(ctx).delete("suppressions", address_id).data
    show_done(ctx, found, f"{found['address']} gets mail again.")


def _slack(ctx: click.Context, slack_url: str | None, no_slack: bool) -> dict[str, Any]:
    """What the two options say; a secret need not stand on a command line."""
    if slack_url and no_slack:
        raise click.UsageError("--slack-url and --no-slack exclude each other.", ctx)
    if no_slack:
        return {"slackUrl": None}
    if slack_url == "-":
        slack_url = click.get_text_stream("stdin").readline().strip()
        if not slack_url:
            raise click.UsageError("There is no address on standard input.", ctx)
    return {"slackUrl": slack_url} if slack_url else {}


def _show_own(ctx: click.Context, found: dict[str, Any]) -> None:
    address = found["email"] or "none"
    stopped = " (no mail goes there: ask an administrator)" if found["mailStopped"] else ""
    fields = {
        "Told by": found["channel"],
        "Mail": address + stopped,
        "Your Slack": found["slackHost"] or "none",
        "Everybody's Slack": found["sharedSlackHost"] or "none",
    }
    show_thing(ctx, found, fields)
