"""Fifth pass: a branch ends in a state.

A choice and an error path cannot end a branch themselves, so they lead to a state that does;
every other state simply ends there (see `emit`).
"""

from __future__ import annotations

from dataclasses import replace

from .edges import Kind, edges, everywhere, rewired
from .ir import JOIN, Compute, Edge, Node, Program, Region
from .names import Names

__all__ = ["land"]


def land(program: Program) -> Program:
    """Return the program with a landing state in every branch that needs one."""
    return everywhere(program, _region)


def _region(region: Region, names: Names) -> Region:
    if not any(
        edge.to == JOIN and kind != "next" for node in region.nodes for kind, edge in edges(node)
    ):
        return region
    name = names.give(f"{region.label}join")

    def change(kind: Kind, edge: Edge) -> Edge:
        return replace(edge, to=name) if edge.to == JOIN and kind != "next" else edge

    nodes: tuple[Node, ...] = tuple(rewired(node, change) for node in region.nodes)
    return replace(region, nodes=(*nodes, Compute(name, "The branch ends", Edge(JOIN))))
