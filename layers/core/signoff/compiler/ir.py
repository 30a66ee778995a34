"""The compiler's intermediate form: a graph of states, before it is written as a machine.

A `Program` is a definition as regions of nodes: the definition's own list of steps is a region, and
so is each branch of a parallel step and the list of a map.  A node becomes one state (`Attempt` and
the containers hold others).  Nodes lead to one another by name through edges, and an edge carries
the *effects* that happen on the way: what the state it leaves writes into the scope.  Putting
effects on edges is what lets a transform disappear into the state before it (see `fuse`).

Everything here is frozen; a pass returns a new program.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from .values import Code, Value

__all__ = [
    "JOIN",
    "STALE",
    "Abort",
    "Ask",
    "Attempt",
    "Call",
    "Choice",
    "Chosen",
    "Compute",
    "Done",
    "Each",
    "Edge",
    "Effect",
    "EndCase",
    "Export",
    "Failed",
    "Finish",
    "Fork",
    "Gathered",
    "Hold",
    "Joined",
    "Leads",
    "Node",
    "Place",
    "Program",
    "Region",
    "Resumed",
    "Route",
    "Rule",
    "Set",
    "Tries",
]

# The target of an edge that leaves a branch.  No state has this name: ids never start with a dot.
JOIN = ".join"

# What a step function raises when a newer attempt owns the run.  No error path catches it.
STALE = "StaleAttempt"

# What a decision may reach without another durable step in between.
Leads = Literal["step", "join", "end"]


@dataclass(frozen=True)
class Place:
    """Where a step stands, which is all that its path needs.

    `branch` is the part of the path that the branch itself adds (`legal/`, empty at the top and in
    a map, whose items are numbered while it runs), `nested` whether the scope's `at` comes before
    it, and `loops` whether the step can come again in its list, so that visits are counted.
    `order` is its place among all steps of the definition, counted from 0.
    """

    step: str
    kind: str
    title: str
    top: str
    order: int
    branch: str = ""
    nested: bool = False
    loops: bool = False


@dataclass(frozen=True)
class Done:
    """A durable step is over: it becomes `last`, what was passed before it is committed.

    `variable` receives `value`, the JSONata of the step's result.
    """

    place: Place
    variable: str | None = None
    value: str = ""


@dataclass(frozen=True)
class Set:
    """A transform: `values` (names to values) are computed from the variables, all at once."""

    place: Place
    values: tuple[tuple[str, Value], ...]


@dataclass(frozen=True)
class Chosen:
    """A condition was passed and chose the step `target`."""

    place: Place
    target: str


@dataclass(frozen=True)
class Failed:
    """A step failed and its error path is taken: the variable `error` says why.

    `counted` says that the step's visit was counted before it failed.
    """

    place: Place
    counted: bool = False


@dataclass(frozen=True)
class Joined:
    """The branches of a parallel step are over: their variables merge."""

    variable: str
    branches: tuple[str, ...]


@dataclass(frozen=True)
class Gathered:
    """The items of a map are over: `variable` becomes the list of what each one set."""

    variable: str


@dataclass(frozen=True)
class Export:
    """A branch ends: only the variables it set, and what it passed, leave it."""

    names: tuple[str, ...]


@dataclass(frozen=True)
class Resumed:
    """A saved scope was put back; where it resumes is no part of it."""


Effect = Done | Set | Chosen | Failed | Joined | Gathered | Export | Resumed


@dataclass(frozen=True)
class Edge:
    """A way from one node to another, or to `JOIN`, and what happens on it."""

    to: str
    effects: tuple[Effect, ...] = ()


@dataclass(frozen=True)
class Route:
    """One outcome of a human step (None: `otherwise`) and the node it leads to."""

    outcome: str | None
    to: str
    comment: str
    label: str | None
    leads: Leads = "step"


@dataclass(frozen=True)
class Tries:
    """How often an automatic step is tried again after its own failure, in whole seconds."""

    attempts: int
    seconds: int
    backoff: float


@dataclass(frozen=True)
class Ask:
    """A human step, before its outcomes are routed (`next` is None) and after."""

    name: str
    place: Place
    variable: str
    spec: dict[str, Value]
    routes: tuple[Route, ...]
    otherwise: Route | None
    next: Edge | None = None


@dataclass(frozen=True)
class Call:
    """A step function is called: `token` says that the state waits until it is called back."""

    name: str
    place: Place
    function: str
    token: bool
    spec: Value
    next: Edge
    tries: Tries | None = None
    failure: Edge | None = None
    # What the state hands on beside the scope: field → JSONata.  The next state unwraps it.
    beside: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class Hold:
    """Time passes until the timestamp `until`, handed on beside the scope by the state before."""

    name: str
    place: Place
    next: Edge


@dataclass(frozen=True)
class Rule:
    """One way out of a choice: a condition (None: always) and the edge it opens."""

    when: Code | str | None
    edge: Edge


@dataclass(frozen=True)
class Choice:
    """The first rule whose condition holds is taken.

    `wrapped` says that the scope comes in the field `scope` of the input, beside the index of a
    choice that was made already.
    """

    name: str
    title: str
    rules: tuple[Rule, ...]
    wrapped: bool = False


@dataclass(frozen=True)
class Compute:
    """A state that does nothing but what its edge says."""

    name: str
    title: str
    next: Edge


@dataclass(frozen=True)
class Attempt:
    """Expressions that may fail, in a branch of their own, since only a container can catch.

    Either `effect` is tried, or the index of the first of `conditions` that holds is found (their
    number where none does) and handed on beside the scope.
    """

    name: str
    inner: str
    title: str
    next: Edge
    failure: Edge
    effect: Set | None = None
    conditions: tuple[Code, ...] = ()


@dataclass(frozen=True)
class EndCase:
    """One end of the run: `outcomes` (of the deciding step) lead to it; empty is any other."""

    step: str
    title: str
    outcome: str
    result: Value
    order: int
    outcomes: tuple[str | None, ...] = ()


@dataclass(frozen=True)
class Finish:
    """The run ends: as the one case says, or as the case of `variable`'s outcome does."""

    name: str
    cases: tuple[EndCase, ...]
    variable: str = ""


@dataclass(frozen=True)
class Abort:
    """The execution fails with `error`."""

    name: str
    error: str
    cause: str


@dataclass(frozen=True)
class Fork:
    """Branches run at once."""

    name: str
    place: Place
    regions: tuple[Region, ...]
    next: Edge
    failure: Edge | None = None


@dataclass(frozen=True)
class Each:
    """A region runs once per item."""

    name: str
    place: Place
    items: Code
    variable: str
    concurrency: int
    region: Region
    next: Edge
    failure: Edge | None = None


Node = Ask | Call | Hold | Choice | Compute | Attempt | Finish | Abort | Fork | Each


@dataclass(frozen=True)
class Region:
    """A list of steps as nodes, in order.  `exports` are the variables that leave a branch."""

    start: str
    nodes: tuple[Node, ...]
    label: str = ""
    exports: tuple[str, ...] | None = None


@dataclass(frozen=True)
class Program:
    """A whole definition."""

    key: str
    version: int | None
    top: Region
    names: frozenset[str] = frozenset()
    # Durable top-level steps and the states that take a scope saved there.
    positions: tuple[tuple[str, str], ...] = ()
