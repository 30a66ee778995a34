"""`signoff graph`: a definition as a Mermaid flowchart, without AWS."""

from __future__ import annotations

import click

from .compile import definition_in

__all__ = ["graph"]


@click.command(
    epilog="""\b
Examples:
  signoff graph statemachines/document-approval.yaml
  signoff graph flow.yaml > flow.mmd

\b
Exit status:
  0  the chart was printed
  1  the definition has errors; they are on standard error
  2  the file cannot be read
"""
)
@click.argument("file", metavar="FILE", type=click.Path(path_type=str))
def graph(file: str) -> None:
    """Print a definition as a Mermaid flowchart.

    FILE is YAML or JSON, or `-` for standard input.  Hosts of code show Mermaid in a page when it
    stands in a ```mermaid block.
    """
    from ..compiler import to_mermaid

    click.echo(to_mermaid(definition_in(file)), nl=False)
