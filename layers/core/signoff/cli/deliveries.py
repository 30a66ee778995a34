"""``signoff webhooks``: what became of events on their way, trying a webhook out, sending again."""

import time
from typing import Any

import click

from signoff.cli.answers import show_done, show_thing, show_things
from signoff.cli.api import Api, connect
from signoff.cli.failures import EXIT_CODES, Failure, Missing
from signoff.cli.moment import MOMENT
from signoff.cli.options import api_options, limit_option, options_of
from signoff.cli.output import say, write_fields, write_json, write_table

# Calls of one replay; each sends a few hundred again.
MOST_CALLS = 500

_LOOK_SECONDS = 0.5
_STATUSES = ("PENDING", "PARKED", "DELIVERED", "FAILED")
_WHY = {
    "timeout": "no whole answer came in time",
    "name": "the name of its host does not resolve",
    "address": "its host has an address that is not on the public internet",
    "connect": "its host takes no connection, or breaks it off",
    "tls": "its host does not prove by a certificate who it is",
    "protocol": "what answered does not speak HTTP",
    "secret": "the secret that signs it cannot be opened",
}


@click.command(epilog=EXIT_CODES)
@click.argument("webhook_id")
@click.option(
    "--wait",
    type=click.IntRange(0, 300),
    default=20,
    show_default=True,
    metavar="SECONDS",
    help="How long to wait for its first attempt.",
)
@api_options
@click.pass_context
def test(ctx: click.Context, webhook_id: str, wait: int) -> None:
    """Send the webhook WEBHOOK_ID a test event and show how it was answered.

    \b
    Example:
      signoff webhooks test 0193a5f0-6c1e-7d39-9a52-0c8d1f3e7b11
    """
    api = connect(ctx)
    sent = api.post("webhooks", webhook_id, "test", body={}).data
    if not wait:
        show_thing(ctx, sent, {"Delivery": sent["deliveryId"]})
        return
    found = _attempted(api, webhook_id, sent["deliveryId"], wait)
    _show(ctx, found)
    if found["status"] != "DELIVERED":
        raise Failure(
            f"The test event has not arrived: {_why(found)}.",
            "A test is sent once: mend the receiver, and send another.",
        )


@click.command(epilog=EXIT_CODES)
@click.argument("webhook_id")
@click.option("--status", type=click.Choice(_STATUSES, case_sensitive=False), help="Only these.")
@click.option(
    "--since", type=MOMENT, help="Of events from then on: 2027-01-31T00:00:00Z, or 30m, 24h, 7d."
)
@click.option("--until", type=MOMENT, help="Of events before then, written like --since.")
@limit_option
@api_options
@click.pass_context
def deliveries(
    ctx: click.Context,
    webhook_id: str,
    status: str | None,
    since: str | None,
    until: str | None,
    limit: int,
) -> None:
    """List the deliveries to the webhook WEBHOOK_ID, the newest event first.

    \b
    Example:
      signoff webhooks deliveries 0193a5f0-… --status FAILED --since 24h
    """
    narrowed = {"status": status, "since": since, "until": until}
    pages = connect(ctx).pages("webhooks", webhook_id, "deliveries", at_most=limit, **narrowed)
    found = list(pages)
    columns = {
        "id": "ID",
        "eventAt": "EVENT AT",
        "eventType": "EVENT",
        "status": "STATUS",
        "attempts": "ATTEMPTS",
        "lastStatus": "ANSWER",
        "lastError": "ERROR",
        "nextAttemptAt": "NEXT",
    }
    show_things(ctx, found, columns, limit=limit)


@click.command(epilog=EXIT_CODES)
@click.argument("webhook_id")
@click.argument("delivery_id")
@api_options
@click.pass_context
def delivery(ctx: click.Context, webhook_id: str, delivery_id: str) -> None:
    """Show the delivery DELIVERY_ID to the webhook WEBHOOK_ID with its attempts."""
    _show(ctx, connect(ctx).get("webhooks", webhook_id, "deliveries", delivery_id).data)


@click.command(epilog=EXIT_CODES)
@click.argument("webhook_id")
@click.argument("delivery_id", required=False)
@click.option(
    "--since",
    type=MOMENT,
    help="All that were given up, of events from then on; a moment, or 30m, 24h, 7d.",
)
@api_options
@click.pass_context
def replay(ctx: click.Context, webhook_id: str, delivery_id: str | None, since: str | None) -> None:
    """Send the delivery DELIVERY_ID again, or all that were given up --since a time.

    Events keep their ids.

    \b
    Examples:
      signoff webhooks replay 0193a5f0-… 0193a601-…
      signoff webhooks replay 0193a5f0-… --since 24h
    """
    if (delivery_id is None) == (since is None):
        raise click.UsageError("Give either DELIVERY_ID or --since.", ctx)
    api = connect(ctx)
    if delivery_id is not None:
        found = api.post("webhooks", webhook_id, "deliveries", delivery_id, "replay", body={}).data
        _show(ctx, found)
        _say_where_it_waits(found)
        return
    total = _replay_all(api, webhook_id, str(since))
    show_done(ctx, total, _count(total["replayed"]))
    _say_where_it_waits(total)
    if total["hasMore"]:
        raise Failure("There are more.", "The same command goes on with them.")


def _replay_all(api: Api, webhook_id: str, since: str) -> dict[str, Any]:
    """Ask until there is no more, a bounded number of times; answers the sum of all answers."""
    count, answer = 0, {"hasMore": True}
    for _ in range(MOST_CALLS):
        answer = api.post("webhooks", webhook_id, "replay", body={"since": since}).data
        count += answer["replayed"]
        if not answer["hasMore"]:
            break
    return {**answer, "replayed": count}


def _count(replayed: int) -> str:
    if not replayed:
        return "Nothing was given up since then."
    return "1 is due again." if replayed == 1 else f"{replayed} are due again."


def _say_where_it_waits(answer: dict[str, Any]) -> None:
    status = answer["webhookStatus"]
    if status != "ACTIVE":
        say(f"The webhook is {status}: what is due waits until it is ACTIVE again.")


def _why(found: dict[str, Any]) -> str:
    """Why the last attempt failed, as the end of a sentence."""
    error = found["lastError"]
    return _WHY[error] if error in _WHY else f"it was answered {found['lastStatus']}"


def _attempted(api: Api, webhook_id: str, delivery_id: str, wait: float) -> dict[str, Any]:
    """The delivery, once it was tried. Raises Failure where it has not been after ``wait`` s."""
    until = time.monotonic() + wait
    while True:
        try:
            found = api.get("webhooks", webhook_id, "deliveries", delivery_id).data
            if found["attemptLog"]:
                return dict(found)
        except Missing:  # its event is not yet fanned out
            api.get("webhooks", webhook_id)
        if time.monotonic() >= until:
            raise Failure(
                f"The test event was not tried within {wait:.0f} s.",
                f"Its delivery is {delivery_id}.",
            )
        time.sleep(_LOOK_SECONDS)


def _show(ctx: click.Context, found: dict[str, Any]) -> None:
    if options_of(ctx).as_json:
        write_json(found)
        return
    write_fields(
        {
            "Id": found["id"],
            "Event": found["eventType"],
            "Event id": found["eventId"],
            "Event at": found["eventAt"],
            "Status": found["status"],
            "Attempts": found["attempts"],
            "Replays": found["replays"],
            "Next attempt": found["nextAttemptAt"],
            "Ended": found["endedAt"],
        }
    )
    if found["attemptLog"]:
        click.echo()
        columns = {
            "at": "AT",
            "durationMs": "MS",
            "status": "STATUS",
            "error": "ERROR",
            "answer": "ANSWER",
        }
        write_table(columns, [each | {"answer": _start(each)} for each in found["attemptLog"]])


def _start(attempt: dict[str, Any]) -> str | None:
    answer = attempt["answer"]
    return answer if answer is None or len(answer) <= 60 else f"{answer[:60]}…"
