"""A definition as a Mermaid flowchart: its steps, not the states of its machine."""

from __future__ import annotations

from collections.abc import Iterator

from ..definition.model import Definition
from ..definition.steps import ConditionStep, EndStep, MapStep, ParallelStep, Step
from ..definition.walk import (
    IMPLICIT_END,
    IMPLICIT_OUTCOME,
    JOIN,
    Exit,
    Path,
    StepList,
    exits,
    inner_lists,
    top_list,
)

__all__ = ["to_mermaid"]

# The shape of each step type: what stands before and after its label.
_SHAPES = {
    "approval": ("[/", "/]"),
    "task": ("[/", "/]"),
    "condition": ("{", "}"),
    "transform": ("[", "]"),
    "notify": (">", "]"),
    "integration": (">", "]"),
    "wait": ("([", "])"),
    "workflow": ("[[", "]]"),
    "end": ("((", "))"),
}


def to_mermaid(definition: Definition) -> str:
    """Return a definition as the text of a Mermaid flowchart, ending in a line break.

    People's steps are slanted, conditions are diamonds, ends are circles; a parallel step or a map
    is a box around its steps.  Error paths are dotted.
    """
    drawing = _Drawing()
    top = top_list(definition.steps)
    lines = list(drawing.listed(top, "    "))
    start = f'    start(["{_text(definition.name)}"]) --> {drawing.node(top, top.steps[0].id)}'
    return "\n".join(["flowchart TD", start, *lines, *drawing.arrows]) + "\n"


class _Drawing:
    """Numbers the nodes, since ids of steps can be words of Mermaid, and collects the arrows."""

    def __init__(self) -> None:
        self._nodes: dict[tuple[Path, str], str] = {}
        self.arrows: list[str] = []

    def node(self, steps: StepList, target: str) -> str:
        """Return the Mermaid id of what a step id means in a list."""
        key = (steps.path, target)
        return self._nodes.setdefault(key, f"s{len(self._nodes) + 1}")

    def listed(self, steps: StepList, indent: str) -> Iterator[str]:
        """Yield the lines of a list's nodes."""
        targets: set[str] = set()
        for index, step in enumerate(steps.steps):
            yield from self._step(step, index, steps, indent)
            for way in exits(step, index, steps):
                targets.add(way.target)
                self._arrow(step, way, steps)
        ids = {step.id for step in steps.steps}
        if steps.is_top and IMPLICIT_END in targets - ids:
            yield f'{indent}{self.node(steps, IMPLICIT_END)}(("{IMPLICIT_OUTCOME}"))'
        if not steps.is_top and JOIN in targets - ids:
            yield f'{indent}{self.node(steps, JOIN)}(("{JOIN}"))'

    def _step(self, step: Step, index: int, steps: StepList, indent: str) -> Iterator[str]:
        node, label = self.node(steps, step.id), _label(step)
        if not isinstance(step, ParallelStep | MapStep):
            before, after = _SHAPES.get(step.type, ("[", "]"))
            yield f'{indent}{node}{before}"{label}"{after}'
            return
        yield f'{indent}subgraph {node}["{label}"]'
        for inner in inner_lists(step, steps.step_path(index), steps):
            if inner.branch is None:
                yield from self.listed(inner, indent + "    ")
                continue
            branch = self.node(inner, f"branch {inner.branch}")
            yield f'{indent}    subgraph {branch}["{_text(inner.branch)}"]'
            yield from self.listed(inner, indent + "        ")
            yield f"{indent}    end"
        yield f"{indent}end"

    def _arrow(self, step: Step, way: Exit, steps: StepList) -> None:
        text = {"outcome": way.label, "otherwise": "otherwise", "error": "on error"}.get(way.kind)
        if isinstance(step, ConditionStep) and way.kind == "branch":
            text = _shortened(step.config.branches[int(way.label)].when)
        line = "-.->" if way.kind == "error" else "-->"
        shown = "" if text is None else f'|"{_text(text)}"|'
        source, target = self.node(steps, step.id), self.node(steps, way.target)
        self.arrows.append(f"    {source} {line}{shown} {target}")


def _label(step: Step) -> str:
    name = _text(step.name or step.id)
    if isinstance(step, EndStep):
        return f"{name}<br/>{_text(step.config.outcome)}"
    if isinstance(step, MapStep):
        return f"{name}<br/>for each {_text(step.config.as_)}"
    return name


def _shortened(text: str, longest: int = 60) -> str:
    shown = " ".join(text.strip().removeprefix("{%").removesuffix("%}").split())
    return shown if len(shown) <= longest else f"{shown[: longest - 1]}…"


def _text(text: str) -> str:
    """Return text as Mermaid shows it: everything that could be markup is written by number."""
    return "".join(c if c.isalnum() or c in " -_.,:/…()+=*'?!%" else f"#{ord(c)};" for c in text)
