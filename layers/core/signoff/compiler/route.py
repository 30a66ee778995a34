"""Third pass: the outcomes of human steps become edges, through as few states as they need.

- All outcomes lead to one place: an edge to it.
- All outcomes lead to ends: one finish state that looks the end up.
- Otherwise: a choice over the outcome.  It has no default, so that an outcome which no definition
  knows fails the run rather than taking somebody's way.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from .edges import everywhere
from .ir import Ask, Choice, Done, Edge, Finish, Node, Program, Region, Route, Rule
from .jsonata import field, literal
from .names import Names

__all__ = ["outcome_is", "route"]


def route(program: Program) -> Program:
    """Return the program with every human step leading on, and the states that takes added."""
    return everywhere(program, _region)


def _region(region: Region, names: Names) -> Region:
    finishes = {node.name: node for node in region.nodes if isinstance(node, Finish)}
    nodes: list[Node] = []
    for node in region.nodes:
        nodes.extend(_routed(node, finishes, names) if isinstance(node, Ask) else (node,))
    return replace(region, nodes=tuple(nodes))


def outcome_is(variable: str, outcomes: tuple[str | None, ...]) -> str:
    """Return the JSONata that says whether a human step's result has one of the outcomes."""
    outcome = f"$states.input.vars.{field(variable)}.outcome"
    return " or ".join(f"{outcome} = {literal(each)}" for each in outcomes)


def _routed(ask: Ask, finishes: dict[str, Finish], names: Names) -> Iterator[Node]:
    done = Done(ask.place, ask.variable, "$states.result.result")
    ways: dict[str, list[Route]] = {}
    for each in (*ask.routes, ask.otherwise):
        if each is not None:
            ways.setdefault(each.to, []).append(each)
    if len(ways) == 1:
        yield replace(ask, next=Edge(next(iter(ways)), (done,)))
        return
    outcomes = {to: tuple(each.outcome for each in routes) for to, routes in ways.items()}
    added: Finish | Choice
    if all(to in finishes for to in ways):
        cases = tuple(
            replace(finishes[to].cases[0], outcomes=led_by) for to, led_by in outcomes.items()
        )
        added = Finish(names.give(f"{ask.name}.end"), cases, ask.variable)
    else:
        rules = tuple(
            Rule(outcome_is(ask.variable, led_by), Edge(to)) for to, led_by in outcomes.items()
        )
        added = Choice(names.give(f"{ask.name}.outcome"), ask.place.title, rules)
    yield replace(ask, next=Edge(added.name, (done,)))
    yield added
