"""``signoff definitions``: what is published."""

import click

from signoff.cli.answers import show_thing, show_things
from signoff.cli.api import connect
from signoff.cli.failures import EXIT_CODES
from signoff.cli.options import api_options
from signoff.cli.output import write_json


@click.group()
@api_options
def definitions() -> None:
    """List and show the published definitions of the tenant."""


@definitions.command("list", epilog=EXIT_CODES)
@api_options
@click.pass_context
def list_(ctx: click.Context) -> None:
    """List the definitions in the order of their keys, each with its newest version."""
    found = list(connect(ctx).pages("definitions"))
    columns = {
        "key": "KEY",
        "version": "VERSION",
        "name": "NAME",
        "enabled": "ENABLED",
        "publishedAt": "PUBLISHED",
        "id": "ID",
    }
    show_things(ctx, found, columns)


@definitions.command(epilog=EXIT_CODES)
@click.argument("definition")
@click.option("--version", type=click.IntRange(min=1), help="Which version; default: the newest.")
@click.option("--document", is_flag=True, help="Write the definition itself, as JSON.")
@api_options
@click.pass_context
def show(ctx: click.Context, definition: str, version: int | None, document: bool) -> None:
    """Show the definition with the key or id DEFINITION.

    \b
    Examples:
      signoff definitions show document-approval
      signoff definitions show document-approval --version 1 --document > v1.json
    """
    found = connect(ctx).get("definitions", definition, version=version).data
    if document:
        write_json(found["document"])
        return
    fields = {
        "Key": found["key"],
        "Id": found["id"],
        "Name": found["name"],
        "Description": found["description"],
        "Category": found["category"],
        "Version": f"{found['version']} (newest: {found['latestVersion']})",
        "Enabled": found["enabled"],
        "Initiators": found["initiatorGroups"] or "anyone",
        "Published": f"{found['publishedAt']} by {found['publishedBy']}",
        "Steps": [step["id"] for step in found["document"]["steps"]],
    }
    show_thing(ctx, found, fields)
