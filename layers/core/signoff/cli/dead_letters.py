"""``signoff dead-letters``: what the stack's workers could not handle; sending it back, or not."""

import time
from typing import Any

import click

from signoff.cli import republish
from signoff.cli.answers import show_done
from signoff.cli.aws import Account, account, aws_options
from signoff.cli.failures import EXIT_CODES, Failure, InConflict, Missing
from signoff.cli.options import json_option, options_of
from signoff.cli.output import say, write_fields, write_json, write_table
from signoff.cli.queues import (
    MOST_LOOKED,
    Letter,
    Queue,
    drop_all,
    move,
    moved,
    peek,
    queue_named,
    queues_of,
)
from signoff.cli.queues import drop as drop_some

_SHOWN_BODY = 600
_LOOKS = 30
_LOOK_SECONDS = 1.0
_READS = ("cloudformation:ListStackResources", "sqs:GetQueueAttributes")
_MOVES = (
    "sqs:StartMessageMoveTask",
    "sqs:ListMessageMoveTasks",
    "sqs:ReceiveMessage",
    "sqs:DeleteMessage",
    "sqs:SendMessage",
)
_DROPS = ("sqs:ReceiveMessage", "sqs:ChangeMessageVisibility", "sqs:DeleteMessage")


@click.group("dead-letters")
@json_option
def dead_letters() -> None:
    """Look at messages that workers could not handle, send them back, or drop them.

    It goes past the API, with AWS credentials; without --stack and --endpoint-url it is the local
    stack of this directory.
    """


@dead_letters.command("list", epilog=EXIT_CODES)
@aws_options
@json_option
@click.pass_context
def list_(ctx: click.Context, /, **where: str | None) -> None:
    """List the stack's dead-letter queues and how many messages each holds."""
    found = account(**where)
    with found.told(*_READS):
        aside = [each for each in queues_of(found) if each.is_aside]
    rows = [
        {
            "queue": each.name,
            "messages": each.visible,
            "inUse": each.in_use,
            "redriveTo": [republish.FUNCTION] if each.name == republish.QUEUE else each.fed_by,
        }
        for each in aside
    ]
    if options_of(ctx).as_json:
        write_json(rows)
        return
    columns = {"queue": "QUEUE", "messages": "MESSAGES", "inUse": "IN USE"}
    write_table(columns | {"redriveTo": "REDRIVE TO"}, rows)
    if not any(each.visible or each.in_use for each in aside):
        say("Nothing has failed.")


@dead_letters.command(epilog=EXIT_CODES)
@click.argument("queue")
@click.option(
    "--limit",
    default=10,
    show_default=True,
    type=click.IntRange(1, 100),
    help="How many messages at most.",
)
@aws_options
@json_option
@click.pass_context
def show(ctx: click.Context, /, queue: str, limit: int, **where: str | None) -> None:
    """Show messages of a dead-letter QUEUE with the reason why each is there.

    The messages stay. QUEUE is a name as `list` shows it, such as ActOnTimerFailures.

    \b
    Examples:
      signoff dead-letters show ActOnTimerFailures
      signoff dead-letters show DeliverWebhooksFailures --limit 100 --json
    """
    found = account(**where)
    needs = ("sqs:ReceiveMessage", "sqs:ChangeMessageVisibility")
    with found.told(*_READS, *needs):
        aside = _aside(found, queue)
        letters = peek(found, aside, limit)
    if options_of(ctx).as_json:
        write_json([_as_json(each) for each in letters])
        return
    for letter in letters:
        _write(letter)
    if letters or not aside.in_use:
        say(f"{len(letters)} shown." if letters else "There is nothing in it.")
    else:
        say(_in_use(aside, "seen"))


@dead_letters.command(epilog=EXIT_CODES)
@click.argument("queue")
@click.option("--to", metavar="QUEUE", help="Where to; default: the first queue that feeds it.")
@click.option(
    "--per-second",
    type=click.IntRange(1, 500),
    help="Most messages a second; default: as SQS sees fit.",
)
@aws_options
@json_option
@click.pass_context
def redrive(
    ctx: click.Context, /, queue: str, to: str | None, per_second: int | None, **where: str | None
) -> None:
    """Send all messages of a dead-letter QUEUE back to the queue that its worker reads.

    They come there as new messages, to be tried as often as any. SQS moves them by itself; the
    command looks on for half a minute. Mend the cause first: `show` says what it was. What
    PublishEventsFailures points to has no such queue: it is published anew, under the same ids.

    \b
    Examples:
      signoff dead-letters redrive ActOnTimerFailures
      signoff dead-letters redrive ActOnTimerFailures --per-second 10 --stack signoff-prod
    """
    found = account(**where)
    with found.told(*_READS, *(republish.PERMISSIONS if queue == republish.QUEUE else _MOVES)):
        aside = _aside(found, queue)
        if queue == republish.QUEUE:
            answer = {"queue": queue, "to": republish.FUNCTION}
            answer |= republish.republish(found, aside)
        else:
            target = queue_named(found, to) if to else _source_of(found, aside)
            answer = {"queue": queue, "to": target.name}
            answer |= _move(found, aside, target, per_second)
    if options_of(ctx).as_json:
        write_json(answer)
    else:
        say(f"{answer['moved']} moved.")
    if answer["status"] == "FAILED":
        raise Failure(f"The move failed: {answer.get('reason') or 'SQS does not say why'}.")
    if answer["status"] == "RUNNING":
        say("It goes on; `signoff dead-letters list` shows how many are left.")


@dead_letters.command(epilog=EXIT_CODES)
@click.argument("queue")
@click.argument("message_ids", nargs=-1, metavar="[MESSAGE_ID]...")
@click.option("--all", "all_", is_flag=True, help="All that are in the queue.")
@click.option("--yes", "-y", is_flag=True, help="Do not ask.")
@aws_options
@json_option
@click.pass_context
def drop(
    ctx: click.Context,
    /,
    queue: str,
    message_ids: tuple[str, ...],
    all_: bool,
    yes: bool,
    **where: str | None,
) -> None:
    """Delete messages of a dead-letter QUEUE for good: those with the ids that `show` says.

    For what can never be handled, which would come back from any redrive. Asks first, unless --yes
    is given.

    \b
    Examples:
      signoff dead-letters drop ActOnTimerFailures 3b0c2f4e-8d0e-4c57-9f0a-2f4f8f7f1c11
      signoff dead-letters drop ActOnTimerFailures --all --stack signoff-prod
    """
    if bool(message_ids) == all_:
        raise click.UsageError("Name messages by the ids that `show` says, or give --all.", ctx)
    wanted = sorted(set(message_ids))
    found = account(**where)
    needs = ("sqs:PurgeQueue",) if all_ else _DROPS
    with found.told(*_READS, *needs):
        aside = _aside(found, queue)
        if not yes:
            what = f"all of some {aside.visible + aside.in_use}" if all_ else f"{len(wanted)}"
            click.confirm(f"Delete {what} messages of {queue} for good?", abort=True, err=True)
        gone = set() if all_ else drop_some(found, aside, wanted)
        if all_:
            drop_all(found, aside)
    missing = [each for each in wanted if each not in gone]
    done = "All are dropped within a minute." if all_ else f"{len(gone)} dropped."
    answer = {"queue": queue, "dropped": None if all_ else len(gone), "missing": missing}
    show_done(ctx, answer, done)
    if missing:
        raise Missing(
            f"Not found among the first {MOST_LOOKED:,} messages: {', '.join(missing)}.",
            "Whoever looks at messages hides them for some seconds; then try again.",
        )


def _move(found: Account, aside: Queue, target: Queue, per_second: int | None) -> dict[str, Any]:
    if aside.visible == 0:
        if aside.in_use:
            say(_in_use(aside, "sent"))
        return {"status": "COMPLETED", "moved": 0}
    say(f"Sending what is in {aside.name} to {target.name} …")
    move(found, aside, target, per_second)
    return _look_on(found, aside)


def _in_use(aside: Queue, done: str) -> str:
    return f"Somebody is looking at {aside.in_use}; in half a minute they can be {done}."


def _look_on(found: Account, aside: Queue) -> dict[str, Any]:
    """How the move went, or how far it is after half a minute."""
    state = moved(found, aside)
    for _ in range(_LOOKS):
        if state["status"] != "RUNNING":
            break
        time.sleep(_LOOK_SECONDS)
        state = moved(found, aside)
    return state


def _aside(found: Account, name: str) -> Queue:
    queue = queue_named(found, name)
    if not queue.is_aside:
        raise InConflict(
            f"{name} is no dead-letter queue.", "`signoff dead-letters list` names them."
        )
    return queue


def _source_of(found: Account, aside: Queue) -> Queue:
    if not aside.fed_by:
        raise InConflict(
            f"{aside.name} holds reports of calls that failed, which no queue sent.",
            "docs/deploy.md says under its alarm what to do.",
        )
    return queue_named(found, aside.fed_by[0])


def _as_json(letter: Letter) -> dict[str, Any]:
    return {
        "messageId": letter.message_id,
        "sentAt": letter.sent_at,
        "reason": letter.reason,
        "operation": letter.told.get("operation"),
        "correlationId": letter.told.get("correlationId"),
        "queue": letter.told.get("queue"),
        "receives": letter.told.get("receives"),
        "attributes": letter.told,
        "body": letter.body,
    }


def _write(letter: Letter) -> None:
    body = letter.body
    cut = body if len(body) <= _SHOWN_BODY else f"{body[:_SHOWN_BODY]} … ({len(body)} characters)"
    write_fields(
        {
            "Message": letter.message_id,
            "Sent": letter.sent_at,
            "Reason": letter.reason,
            "Operation": letter.told.get("operation"),
            "In the log": letter.told.get("correlationId"),
            "Body": cut,
        }
    )
    click.echo()
