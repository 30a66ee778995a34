"""Second pass: every outcome learns what it may reach without another durable step in between.

An endpoint that records a decision waits for the next durable event of the branch.  Where the next
thing may be a join, that event may be a sibling's business, so the endpoint must not wait for it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from .edges import everywhere
from .ir import JOIN, Ask, Attempt, Choice, Compute, Finish, Leads, Node, Program, Region, Route
from .names import Names

__all__ = ["annotate_leads"]


def annotate_leads(program: Program) -> Program:
    """Return the program with `leads` set on the routes of its human steps."""
    return everywhere(program, _annotated)


def _annotated(region: Region, _names: Names) -> Region:
    nodes = {node.name: node for node in region.nodes}

    def told(node: Node) -> Node:
        if not isinstance(node, Ask):
            return node
        otherwise = node.otherwise
        return replace(
            node,
            routes=tuple(_told(route, nodes) for route in node.routes),
            otherwise=otherwise and _told(otherwise, nodes),
        )

    return replace(region, nodes=tuple(told(node) for node in region.nodes))


def _told(route: Route, nodes: dict[str, Node]) -> Route:
    return replace(route, leads=_leads(route.to, nodes))


def _leads(start: str, nodes: dict[str, Node]) -> Leads:
    reached = set(_stops(start, nodes))
    if "join" in reached:
        return "join"
    return "end" if "end" in reached else "step"


def _stops(start: str, nodes: dict[str, Node]) -> Iterator[Leads]:
    """Yield what kinds of places stop the way from `start` through states that write nothing."""
    seen: set[str] = set()
    waiting = [start]
    while waiting:
        name = waiting.pop()
        if name in seen:
            continue
        seen.add(name)
        if name == JOIN:
            yield "join"
            continue
        node = nodes[name]
        if isinstance(node, Finish):
            yield "end"
        elif isinstance(node, Compute):
            waiting.append(node.next.to)
        elif isinstance(node, Attempt):
            waiting += [node.next.to, node.failure.to]
        elif isinstance(node, Choice):
            waiting += [rule.edge.to for rule in node.rules]
        else:
            yield "step"
