"""First pass: a checked definition becomes a graph of states.

Every step becomes its states (`states`), with edges where `definition.walk.exits` says it leads.
Outcomes are not routed yet and every transform is a state of its own; later passes improve on that.
"""

from __future__ import annotations

from ..definition.model import Definition
from ..definition.steps import PASSING_TYPES, MapStep, ParallelStep, Step, WaitStep
from ..definition.walk import (
    IMPLICIT_END,
    IMPLICIT_OUTCOME,
    Exit,
    Path,
    StepList,
    exits,
    inner_lists,
    sets_of,
    step_lists,
    top_list,
)
from ..definition.walk import JOIN as JOIN_WORD
from .edges import catches_calls
from .ir import (
    JOIN,
    STALE,
    Abort,
    Edge,
    EndCase,
    Failed,
    Finish,
    Node,
    Place,
    Program,
    Region,
)
from .loops import looping
from .names import Names
from .states import nodes_of
from .values import Value, read

__all__ = ["lower"]


def lower(definition: Definition, version: int | None = None) -> Program:
    """Return the program of a definition that the checker accepts.

    Raises ValueError where a step leads nowhere, which the checker would have said better.
    """
    lowering = _Lowering(definition)
    top = top_list(definition.steps)
    region = lowering.region(top, None)
    positions = tuple(
        (step.id, lowering.entry(top, index))
        for index, step in enumerate(top.steps)
        if step.type not in PASSING_TYPES
    )
    return Program(definition.key, version, region, lowering.names.taken(), positions)


class _Lowering:
    """Gives out the names of states and turns one list after the other into a region."""

    def __init__(self, definition: Definition) -> None:
        self.definition = definition
        self.names = Names()
        self._main: dict[Path, str] = {}
        self._enter: dict[Path, str] = {}
        self._label: dict[Path, str] = {("steps",): ""}
        self._implicit_end: str | None = None
        every = [
            (step, steps.step_path(index), steps)
            for steps in step_lists(definition.steps)
            for index, step in enumerate(steps.steps)
        ]
        # Steps are named before anything the compiler adds, so that they keep their names.
        for step, path, steps in every:
            label = self._label[steps.path]
            self._main[path] = self.names.give(label + step.id)
            for inner in inner_lists(step, path, steps):
                part = f"{inner.branch}." if inner.branch else ""
                self._label[inner.path] = f"{label}{step.id}.{part}"
        # As the steps are written, those inside a step right behind it.
        self._order = {
            path: number for number, path in enumerate(sorted(each[1] for each in every))
        }
        for step, path, _ in every:
            if isinstance(step, WaitStep | ParallelStep | MapStep):
                self._enter[path] = self.names.give(f"{self._main[path]}.enter")

    def entry(self, steps: StepList, index: int) -> str:
        """Return the state that a step begins with."""
        path = steps.step_path(index)
        return self._enter.get(path, self._main[path])

    def region(self, steps: StepList, top: str | None) -> Region:
        """Return a list of steps and all inside it; `top` is the top-level step around it."""
        loops = looping(steps)
        label = self._label[steps.path]
        nodes: list[Node] = []
        for index, step in enumerate(steps.steps):
            place = Place(
                step.id,
                step.type,
                step.name or step.id,
                top or step.id,
                self._order[steps.step_path(index)],
                branch=f"{steps.branch}/" if steps.branch else "",
                nested=not steps.is_top,
                loops=step.id in loops,
            )
            nodes.extend(nodes_of(_Site(self, steps, index, place)))
        if steps.is_top and self._implicit_end is not None:
            case = EndCase(
                IMPLICIT_END, IMPLICIT_END, IMPLICIT_OUTCOME, self.result(None), len(self._order)
            )
            nodes.append(Finish(self._implicit_end, (case,)))
        if any(catches_calls(node) for node in nodes):
            name = self.names.give(f"{label}Superseded")
            nodes.append(Abort(name, STALE, "A newer attempt has taken the run over."))
        exports = None if steps.is_top else sets_of(steps.steps)
        return Region(self.entry(steps, 0), tuple(nodes), label, exports)

    def target(self, steps: StepList, target: str) -> str:
        """Return the node that a step id, `join` or the implicit end means in a list."""
        index = steps.index_of(target)
        if index is not None:
            return self.entry(steps, index)
        if steps.is_top and target == IMPLICIT_END:
            if self._implicit_end is None:
                self._implicit_end = self.names.give(IMPLICIT_END)
            return self._implicit_end
        if not steps.is_top and target == JOIN_WORD:
            return JOIN
        raise ValueError(f"step {target!r} does not exist")

    def result(self, own: str | None) -> Value:
        """Return an end's result: its own, or else the definition's."""
        return read(own if own is not None else self.definition.result)


class _Site:
    """One step being lowered: what `states` may ask about it and its surroundings."""

    def __init__(self, lowering: _Lowering, steps: StepList, index: int, place: Place) -> None:
        self._lowering = lowering
        self._steps = steps
        self._index = index
        self.place = place

    @property
    def step(self) -> Step:
        """Return the step."""
        return self._steps.steps[self._index]

    @property
    def name(self) -> str:
        """Return the name of the step's main state."""
        return self._lowering._main[self._path]

    @property
    def entry(self) -> str:
        """Return the name of the state that the step begins with."""
        return self._lowering.entry(self._steps, self._index)

    @property
    def _path(self) -> Path:
        return self._steps.step_path(self._index)

    def exits(self) -> tuple[tuple[Exit, str], ...]:
        """Return every way out with the node it leads to, but for the error path."""
        return tuple(
            (way, self._lowering.target(self._steps, way.target))
            for way in exits(self.step, self._index, self._steps)
            if way.kind != "error"
        )

    def onward(self) -> str:
        """Return the node that the step's `next` leads to."""
        return self._lowering.target(
            self._steps, self.step.next or self._steps.following(self._index)
        )

    def failure(self, counted: bool = False) -> Edge | None:
        """Return the error path, None where the step has none."""
        if self.step.on_error is None:
            return None
        node = self._lowering.target(self._steps, self.step.on_error)
        return Edge(node, (Failed(self.place, counted),))

    def fresh(self, suffix: str) -> str:
        """Return a name for another state of this step."""
        return self._lowering.names.give(f"{self.name}.{suffix}")

    def regions(self) -> tuple[Region, ...]:
        """Return the lists that the step holds."""
        inner = inner_lists(self.step, self._path, self._steps)
        return tuple(self._lowering.region(each, self.place.top) for each in inner)

    def result(self, own: str | None) -> Value:
        """Return the result of an end."""
        return self._lowering.result(own)
