"""`signoff compile`: the state machine of a definition, without AWS."""

from __future__ import annotations

import click

from ..definition.checker import checked
from ..definition.loader import MAX_BYTES, load_bytes
from ..definition.model import Definition
from ..definition.problems import DefinitionProblems
from ..definition.rendering import render_text, summary
from .failures import PROBLEMS, BadInput
from .files import read_bytes, shown_name

__all__ = ["compile_", "definition_in"]


@click.command(
    name="compile",
    epilog="""\b
Examples:
  signoff compile statemachines/document-approval.yaml
  signoff compile --resume flow.yaml > flow.resume.asl.json
  generate-flow | signoff compile - | jq '.States | keys'

\b
Exit status:
  0  the machine was printed
  1  the definition has errors; they are on standard error
  2  the file cannot be read
""",
)
@click.argument("file", metavar="FILE", type=click.Path(path_type=str))
@click.option(
    "--resume",
    is_flag=True,
    help="Print the twin machine, in which an interrupted run goes on where it stood.",
)
def compile_(file: str, resume: bool) -> None:
    """Print the state machine that a definition compiles to.

    FILE is YAML or JSON, or `-` for standard input.  The machine is Amazon States Language with
    JSONata; where it calls Signoff's step functions it says ${OpenTasks}, ${FinishRun} and so on,
    which `signoff publish` replaces by those of a stack.  docs/compiler.md explains its shape.
    """
    from ..compiler import compile_definition, compile_resume

    definition = definition_in(file)
    machine = compile_resume(definition) if resume else compile_definition(definition)
    click.echo(machine.to_json(), nl=False)


def definition_in(name: str) -> Definition:
    """Return the definition in a file (`-`: standard input), its warnings shown.

    Leaves the process with the exit codes above where there is none.
    """
    try:
        loaded = load_bytes(read_bytes(name, MAX_BYTES + 4), shown_name(name))
    except OSError as error:
        raise BadInput(f"{name}: {error.strerror or 'cannot be read'}") from error
    try:
        definition, warnings = checked(loaded)
    except DefinitionProblems as found:
        click.echo(render_text(found.problems, found.source), nl=False, err=True)
        click.echo(f"{found.source.name}: {summary(found.problems)}", err=True)
        click.get_current_context().exit(PROBLEMS)
    if warnings:
        click.echo(render_text(warnings, loaded.source), nl=False, err=True)
    return definition
