"""Walking and changing the edges and regions of nodes, for the passes."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Literal

from .ir import (
    Abort,
    Ask,
    Attempt,
    Call,
    Choice,
    Compute,
    Each,
    Edge,
    Finish,
    Fork,
    Hold,
    Node,
    Program,
    Region,
)
from .names import Names

__all__ = ["Kind", "catches_calls", "edges", "everywhere", "rewired"]

# How an edge leaves its state: as its only way on, as one of a choice's, or as the error path.
Kind = Literal["next", "rule", "failure"]


def edges(node: Node) -> tuple[tuple[Kind, Edge], ...]:
    """Return the edges that leave a node, in order; regions inside it have their own."""
    found: list[tuple[Kind, Edge]] = []

    def keep(kind: Kind, edge: Edge) -> Edge:
        found.append((kind, edge))
        return edge

    rewired(node, keep)
    return tuple(found)


def rewired(node: Node, change: Callable[[Kind, Edge], Edge]) -> Node:
    """Return a node with every edge that leaves it changed."""
    match node:
        case Finish() | Abort():
            return node
        case Choice():
            rules = tuple(replace(rule, edge=change("rule", rule.edge)) for rule in node.rules)
            return replace(node, rules=rules)
        case Hold() | Compute():
            return replace(node, next=change("next", node.next))
        case Ask():
            return node if node.next is None else replace(node, next=change("next", node.next))
        case Call() | Fork() | Each() | Attempt():
            onward = change("next", node.next)
            if node.failure is None:
                return replace(node, next=onward)
            return replace(node, next=onward, failure=change("failure", node.failure))


def everywhere(program: Program, change: Callable[[Region, Names], Region]) -> Program:
    """Return a program with every region changed, the innermost first.

    `change` may take names for new states from what it is given.
    """
    names = Names(program.names)

    def inside(region: Region) -> Region:
        nodes = tuple(deeper(node) for node in region.nodes)
        return change(replace(region, nodes=nodes), names)

    def deeper(node: Node) -> Node:
        if isinstance(node, Fork):
            return replace(node, regions=tuple(inside(region) for region in node.regions))
        if isinstance(node, Each):
            return replace(node, region=inside(node.region))
        return node

    top = inside(program.top)
    return replace(program, top=top, names=names.taken())


def catches_calls(node: Node) -> bool:
    """Say whether a node calls functions and catches their errors.

    Such a node must let `StaleAttempt` through, and so needs an `Abort` to send it to.
    """
    return isinstance(node, Call | Fork | Each) and node.failure is not None
