"""What a command shows of the API's answer: JSON as it came with --json, else words for people."""

from collections.abc import Callable, Mapping
from typing import Any

import click

from signoff.cli.options import options_of
from signoff.cli.output import say, write_fields, write_json, write_table

Thing = dict[str, Any]


def show_thing(
    ctx: click.Context, thing: Thing, fields: Mapping[str, Any], advice: str | None = None
) -> None:
    """One thing, for people by its ``fields`` (title → value), with ``advice`` behind them."""
    if options_of(ctx).as_json:
        write_json(thing)
        return
    write_fields(fields)
    if advice:
        say(advice)


def show_things(
    ctx: click.Context,
    things: list[Thing],
    columns: Mapping[str, str],
    *,
    limit: int | None = None,
    more: str = "--limit shows more",
    row: Callable[[Thing], Thing] = lambda thing: thing,
) -> None:
    """A list, for people as a table of ``columns`` (field → title).

    ``limit`` is how many were asked for: where there are so many, ``more`` says how to see the
    rest. ``row`` makes of a thing what the table shows of it.
    """
    if options_of(ctx).as_json:
        write_json(things)
        return
    write_table(columns, [row(thing) for thing in things])
    if len(things) == limit:
        say(f"Showing {limit}; {more}.")


def show_done(ctx: click.Context, thing: Thing, words: str) -> None:
    """What was done to a thing, for people in ``words``."""
    if options_of(ctx).as_json:
        write_json(thing)
    else:
        say(words)
