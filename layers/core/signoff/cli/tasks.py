"""``signoff tasks``: look after what people are asked."""

import click

from signoff.cli.answers import show_done
from signoff.cli.api import connect
from signoff.cli.failures import EXIT_CODES
from signoff.cli.options import api_options


@click.group()
@api_options
def tasks() -> None:
    """Look after what people are asked."""


@tasks.command(epilog=EXIT_CODES)
@click.argument("task_id")
@click.option("--user", metavar="ID", help="The person who is to have it.")
@click.option(
    "--group", "groups", multiple=True, metavar="GROUP", help="A group whose members can claim it."
)
@click.option("--reason", metavar="TEXT", help="Why, for the run's history.")
@api_options
@click.pass_context
def reassign(
    ctx: click.Context,
    task_id: str,
    user: str | None,
    groups: tuple[str, ...],
    reason: str | None,
) -> None:
    """Give the open task TASK_ID to another person, or to groups.

    Its deadline stays as it is. "signoff runs show" has the ids of a run's open tasks.

    \b
    Examples:
      signoff tasks reassign 5b0c2f4e-8d0e-4c57-9f0a-0edf7ea2a000 --user erin --reason "On leave"
      signoff tasks reassign 5b0c2f4e-8d0e-4c57-9f0a-0edf7ea2a000 --group legal --group finance
    """
    if bool(user) == bool(groups):
        raise click.UsageError("Name a person with --user, or groups with --group.")
    body: dict[str, object] = {"userId": user} if user else {"groups": list(groups)}
    if reason is not None:
        body["reason"] = reason
    task = connect(ctx).post("tasks", task_id, "reassign", body=body).data
    who = task["owner"] or ", ".join(task["groups"])
    show_done(ctx, task, f"{task['stepName']} is with {who} now.")
