"""``signoff users``: the people of the directory."""

from collections.abc import Callable
from typing import Any, TypeVar

import click

from signoff.cli.answers import show_done, show_thing, show_things
from signoff.cli.api import connect
from signoff.cli.failures import EXIT_CODES, BadInput
from signoff.cli.options import api_options, asks_first

F = TypeVar("F", bound=Callable[..., Any])

_EMPTY: dict[str, Any] = {
    "email": None,
    "groups": [],
    "roles": [],
    "department": None,
    "manager": None,
}


@click.group()
@api_options
def users() -> None:
    """List, add, change and remove the people of the tenant, and note who is away."""


def _profile(command: F) -> F:
    """Give ``command`` the options that say who somebody is."""
    for option in (
        click.option("--manager", metavar="USER_ID", help="Whom they report to."),
        click.option("--department", metavar="ID", help="Their department, by its id."),
        click.option(
            "--role", "roles", multiple=True, metavar="ROLE", help="A role; repeat it for more."
        ),
        click.option(
            "--group", "groups", multiple=True, metavar="GROUP", help="A group; repeat it for more."
        ),
        click.option("--email", metavar="ADDRESS", help="Their address."),
    ):
        command = option(command)
    return command


def _said(
    email: str | None,
    groups: tuple[str, ...],
    roles: tuple[str, ...],
    department: str | None,
    manager: str | None,
) -> dict[str, Any]:
    """What those options say, in the words of the API."""
    said = {
        "email": email,
        "groups": list(groups) or None,
        "roles": list(roles) or None,
        "department": department,
        "managerId": manager,
    }
    return {name: value for name, value in said.items() if value is not None}


@users.command(epilog=EXIT_CODES)
@click.argument("user_id")
@click.option("--name", required=True, help="What they are called.")
@_profile
@api_options
@click.pass_context
def create(ctx: click.Context, /, user_id: str, name: str, **profile: Any) -> None:
    """Put a person into the directory under the id USER_ID.

    \b
    Example:
      signoff users create dora --name "Dora Lind" --group finance --role approver --manager erin
    """
    body = {"id": user_id, "name": name, **_said(**profile)}
    _show(ctx, connect(ctx).post("users", body=body).data)


@users.command("list", epilog=EXIT_CODES)
@click.option("--group", metavar="GROUP", help="Only who is in this group.")
@click.option("--role", metavar="ROLE", help="Only who holds this role.")
@click.option("--department", metavar="ID", help="Only who is in this department.")
@api_options
@click.pass_context
def list_(ctx: click.Context, /, **filters: Any) -> None:
    """List the people by their ids, removed ones too; with a filter (one of them) active ones."""
    found = list(connect(ctx).pages("users", **filters))
    columns = {
        "id": "ID",
        "name": "NAME",
        "status": "STATUS",
        "groups": "GROUPS",
        "roles": "ROLES",
        "department": "DEPARTMENT",
        "managerId": "MANAGER",
        "away": "AWAY",
    }
    show_things(ctx, found, columns, row=lambda user: user | {"away": _away(user)})


@users.command(epilog=EXIT_CODES)
@click.argument("user_id")
@api_options
@click.pass_context
def show(ctx: click.Context, user_id: str) -> None:
    """Show the person with the id USER_ID."""
    _show(ctx, connect(ctx).get("users", user_id).data)


@users.command(epilog=EXIT_CODES)
@click.argument("user_id")
@click.option("--name", help="What they are called.")
@_profile
@click.option(
    "--clear",
    multiple=True,
    type=click.Choice(list(_EMPTY)),
    help="Take this away; repeat it for more.",
)
@click.option("--restore", is_flag=True, help="Bring back somebody who was removed.")
@api_options
@click.pass_context
def edit(
    ctx: click.Context,
    /,
    user_id: str,
    name: str | None,
    clear: tuple[str, ...],
    restore: bool,
    **profile: Any,
) -> None:
    """Change the person with the id USER_ID; what is not named stays.

    The groups or roles that are named replace those there were.

    \b
    Examples:
      signoff users edit dora --group finance --group payers --manager erin
      signoff users edit dora --clear department
    """
    body = _said(**profile)
    body |= {"managerId" if each == "manager" else each: _EMPTY[each] for each in clear}
    body |= {"name": name} if name is not None else {}
    body |= {"active": True} if restore else {}
    if not body:
        raise BadInput("Nothing to change.", "Name what is to change; see --help.")
    _show(ctx, connect(ctx).patch("users", user_id, body=body).data)


@users.command(epilog=EXIT_CODES)
@click.argument("user_id")
@click.option("--from", "since", metavar="TIME", help="When it begins; default: now.")
@click.option("--to", "until", metavar="TIME", help="When it ends; default: open.")
@click.option("--delegate", metavar="USER_ID", help="Who stands in; default: nobody.")
@click.option("--back", is_flag=True, help="They are back: end it.")
@api_options
@click.pass_context
def away(
    ctx: click.Context,
    user_id: str,
    since: str | None,
    until: str | None,
    delegate: str | None,
    back: bool,
) -> None:
    """Note that the person with the id USER_ID is out of office.

    New tasks come to their delegate meanwhile; open ones stay.

    \b
    Examples:
      signoff users away bob --to 2027-01-31T00:00:00Z --delegate carol
      signoff users away bob --back
    """
    if back and (since or until or delegate):
        raise BadInput("--back ends an absence.", "Give it alone.")
    said = {"from": since, "to": until, "delegateId": delegate}
    absence = None if back else {name: value for name, value in said.items() if value is not None}
    _show(ctx, connect(ctx).patch("users", user_id, body={"outOfOffice": absence}).data)


@users.command(epilog=EXIT_CODES)
@click.argument("user_id")
@asks_first("Remove {user_id} and hand their tasks on?")
@api_options
@click.pass_context
def remove(ctx: click.Context, user_id: str) -> None:
    """Remove the person with the id USER_ID; their open tasks go on to others.

    To their delegate, else their manager, else the administrators. History keeps their name.
    """
    user = connect(ctx).delete("users", user_id).data
    show_done(ctx, user, f"Removed {user['name']} ({user['id']}).")


def _show(ctx: click.Context, user: dict[str, Any]) -> None:
    fields = {
        "Id": user["id"],
        "Name": user["name"],
        "Status": user["status"],
        "E-mail": user["email"],
        "Groups": user["groups"],
        "Roles": user["roles"],
        "Department": user["department"],
        "Manager": user["managerId"],
        "Away": _away(user),
    }
    show_thing(ctx, user, fields)


def _away(user: dict[str, Any]) -> str | None:
    """An absence in words."""
    absence = user["outOfOffice"]
    if absence is None:
        return None
    end = f" to {absence['to']}" if absence["to"] else ""
    delegate = f", {absence['delegateId']} stands in" if absence["delegateId"] else ""
    return f"from {absence['from']}{end}{delegate}"
