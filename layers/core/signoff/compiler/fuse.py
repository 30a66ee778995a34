"""Fourth pass: a transform disappears into the state before it where it can.

A state transition costs more than all else a transform does.  So a `Compute` that exactly one edge
leads to moves onto that edge, and the state the edge leaves writes what it computes.  Not so on an
edge whose state catches errors: there a failing transform would look like a failure of that step;
nor on an error path itself.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import replace

from .edges import Kind, edges, everywhere, rewired
from .ir import Compute, Edge, Node, Program, Region
from .names import Names

__all__ = ["fuse"]


def fuse(program: Program) -> Program:
    """Return the program with every transform fused that can be."""
    return everywhere(program, _region)


def _region(region: Region, _names: Names) -> Region:
    incoming = Counter(edge.to for node in region.nodes for _, edge in edges(node))
    incoming[region.start] += 1
    alone = {
        node.name: node
        for node in region.nodes
        if isinstance(node, Compute) and incoming[node.name] == 1
    }
    gone: set[str] = set()

    def fused(edge: Edge) -> Edge:
        while edge.to in alone and edge.to not in gone:
            gone.add(edge.to)
            after = alone[edge.to].next
            edge = Edge(after.to, edge.effects + after.effects)
        return edge

    def changed(node: Node) -> Node:
        if getattr(node, "failure", None) is not None:
            return node

        def change(kind: Kind, edge: Edge) -> Edge:
            return edge if kind == "failure" else fused(edge)

        return rewired(node, change)

    nodes = tuple(changed(node) for node in region.nodes)
    return replace(region, nodes=tuple(node for node in nodes if node.name not in gone))
