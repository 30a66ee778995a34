"""Sixth pass: states that nothing leads to are dropped.

Routing leaves some behind: ends that only a merged finish state used, and, in a resume machine,
what comes only before the first durable step.
"""

from __future__ import annotations

from dataclasses import replace

from .edges import catches_calls, edges, everywhere
from .ir import Abort, Program, Region
from .names import Names

__all__ = ["prune"]


def prune(program: Program) -> Program:
    """Return the program without unreachable states."""
    return everywhere(program, _region)


def _region(region: Region, _names: Names) -> Region:
    nodes = {node.name: node for node in region.nodes}
    seen: set[str] = set()
    waiting = [region.start]
    while waiting:
        name = waiting.pop()
        if name in nodes and name not in seen:
            seen.add(name)
            waiting += [edge.to for _, edge in edges(nodes[name])]
    catching = any(catches_calls(nodes[name]) for name in seen)
    return replace(
        region,
        nodes=tuple(
            node
            for node in region.nodes
            if node.name in seen or (catching and isinstance(node, Abort))
        ),
    )
