"""The twin machine of a definition, in which a run goes on from where it stood.

Its input is a saved scope with `resumeAt` beside, the id of a durable top-level step.  It has the
same states as the machine of normal runs, behind a choice that those do not pay for.
"""

from __future__ import annotations

from dataclasses import replace

from .ir import Abort, Choice, Edge, Program, Resumed, Rule
from .jsonata import quoted
from .names import Names

__all__ = ["resuming"]


def resuming(program: Program) -> Program:
    """Return the program of the twin machine."""
    names = Names(program.names)
    start = names.give("Resume")
    unknown = names.give("UnknownResumePoint")
    rules = [
        Rule(f"$states.input.resumeAt = {quoted(step)}", Edge(node, (Resumed(),)))
        for step, node in program.positions
    ]
    rules.append(Rule(None, Edge(unknown)))
    choice = Choice(start, "Where the run stood", tuple(rules))
    abort = Abort(unknown, "UnknownResumePoint", "This version has no such step to resume at.")
    top = replace(program.top, start=start, nodes=(choice, *program.top.nodes, abort))
    return replace(program, top=top, names=names.taken())
