"""`signoff check`: all problems of workflow definitions, without AWS."""

from __future__ import annotations

import click

from ..definition.checker import check as check_definition
from ..definition.loader import MAX_BYTES, load_bytes
from ..definition.problems import Problem, Source
from ..definition.rendering import render_json, render_text, summary
from .files import read_bytes, shown_name
from .options import options_of

__all__ = ["check"]


@click.command(
    epilog="""\b
Examples:
  signoff check statemachines/document-approval.yaml
  signoff check --json flows/*.yaml
  generate-flow | signoff check -

\b
Exit status:
  0  no errors (warnings do not count, unless --strict)
  1  problems
  2  a file cannot be read
"""
)
@click.argument("files", metavar="FILE...", nargs=-1, required=True, type=click.Path(path_type=str))
@click.option("--json", "as_json", is_flag=True, help="Print the problems as one JSON document.")
@click.option("--strict", is_flag=True, help="Let warnings fail, too.")
def check(files: tuple[str, ...], as_json: bool, strict: bool) -> None:
    """Check workflow definitions in YAML or JSON and report every problem.

    FILE may be `-` for standard input.  Each problem is shown with its place, its code and what to
    do about it; docs/definitions.md explains the codes.
    """
    reports: list[tuple[Source, list[Problem]]] = []
    unreadable: list[str] = []
    for name in files:
        try:
            data = read_bytes(name, MAX_BYTES + 4)
        except OSError as error:
            unreadable.append(f"{name}: {error.strerror or 'cannot be read'}")
            continue
        loaded = load_bytes(data, shown_name(name))
        reports.append((loaded.source, check_definition(loaded)))
    if as_json or options_of(click.get_current_context()).as_json:
        click.echo(render_json(reports, unreadable))
    else:
        _print_text(reports, unreadable)
    found = [problem for _, problems in reports for problem in problems]
    failed = any(strict or problem.is_error for problem in found)
    click.get_current_context().exit(2 if unreadable else 1 if failed else 0)


def _print_text(reports: list[tuple[Source, list[Problem]]], unreadable: list[str]) -> None:
    for message in unreadable:
        click.echo(message, err=True)
    for source, problems in reports:
        click.echo(render_text(problems, source), nl=False)
        click.echo(f"{source.name}: {summary(problems)}", err=True)
