"""Walking a definition: its lists of steps, where each step leads, and what it sets.

The checker and the compiler both stand on these functions, so that both mean the same by
"the next step".  A path is a tuple of keys and indexes from the definition's root, as in the
file: `("steps", 2, "config", "branches", 0, "steps", 1)`.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from .paths import Path
from .steps import (
    ApprovalStep,
    ConditionStep,
    EndStep,
    MapStep,
    ParallelStep,
    Step,
    TaskStep,
    TransformStep,
)

__all__ = [
    "IMPLICIT_END",
    "IMPLICIT_OUTCOME",
    "JOIN",
    "Exit",
    "Path",
    "StepList",
    "exits",
    "inner_lists",
    "nested_lists",
    "output_variable",
    "sets",
    "sets_of",
    "step_lists",
    "top_list",
    "walk",
]

# The target that leaves a branch, and the end that a top-level list runs into by itself.
JOIN = "join"
IMPLICIT_END = "End"
IMPLICIT_OUTCOME = "COMPLETED"


@dataclass(frozen=True, eq=False)
class StepList:
    """Steps in order: the definition's own, a parallel branch's or a map's.

    `path` leads to the list in the file.  `owner` is the parallel or map step that holds it and
    `branch` the id of the parallel branch; both are None at the top.
    """

    steps: tuple[Step, ...]
    path: Path
    kind: Literal["top", "branch", "map"] = "top"
    owner: ParallelStep | MapStep | None = None
    branch: str | None = None
    parent: StepList | None = None

    @property
    def is_top(self) -> bool:
        """Say whether this is the definition's own list."""
        return self.kind == "top"

    @property
    def exit_target(self) -> str:
        """Return where the list's last step falls through to: the implicit end or the join."""
        return IMPLICIT_END if self.is_top else JOIN

    def step_path(self, index: int) -> Path:
        """Return the path of the step at `index`."""
        return (*self.path, index)

    def following(self, index: int) -> str:
        """Return the id that the step at `index` falls through to."""
        later = index + 1
        return self.steps[later].id if later < len(self.steps) else self.exit_target

    def index_of(self, step_id: str) -> int | None:
        """Return the place of the first step with that id, None where there is none."""
        return next((i for i, step in enumerate(self.steps) if step.id == step_id), None)


@dataclass(frozen=True)
class Exit:
    """One way out of a step.

    `kind` is `next`, `outcome`, `branch` (a condition's), `otherwise` or `error`; `label` the
    outcome's name or the branch's index; `path` leads to what names the target in the file, or to
    the step where nothing does (`explicit` false).
    """

    kind: Literal["next", "outcome", "branch", "otherwise", "error"]
    target: str
    path: Path
    label: str = ""
    explicit: bool = True


def top_list(steps: tuple[Step, ...]) -> StepList:
    """Return the definition's own list of steps."""
    return StepList(steps, ("steps",))


def inner_lists(step: Step, path: Path, parent: StepList | None = None) -> tuple[StepList, ...]:
    """Return the lists that a step holds, in order: branches, or the steps of a map."""
    if isinstance(step, ParallelStep):
        return tuple(
            StepList(
                branch.steps,
                (*path, "config", "branches", i, "steps"),
                "branch",
                step,
                branch.id,
                parent,
            )
            for i, branch in enumerate(step.config.branches)
        )
    if isinstance(step, MapStep):
        return (StepList(step.config.steps, (*path, "config", "steps"), "map", step, None, parent),)
    return ()


def nested_lists(steps: StepList) -> Iterator[StepList]:
    """Yield the lists inside a list, without the list itself, outer before inner."""
    for index, step in enumerate(steps.steps):
        for inner in inner_lists(step, steps.step_path(index), steps):
            yield inner
            yield from nested_lists(inner)


def step_lists(steps: tuple[Step, ...]) -> Iterator[StepList]:
    """Yield every list of a definition, its own first."""
    top = top_list(steps)
    yield top
    yield from nested_lists(top)


def walk(steps: tuple[Step, ...]) -> Iterator[tuple[Step, Path, StepList]]:
    """Yield every step of a definition, nested ones after all of the list that holds them."""
    for each in step_lists(steps):
        for index, step in enumerate(each.steps):
            yield step, each.step_path(index), each


def output_variable(step: Step) -> str | None:
    """Return the variable that receives a step's result, None for a step without a result.

    A transform with `set` sets the names it lists and has no result beside them; a condition, a
    wait, a notify and an end have none.
    """
    if isinstance(step, TransformStep):
        if step.config.set is not None:
            return None
    elif step.type in {"condition", "wait", "notify", "end"}:
        return None
    return step.output or step.id.replace("-", "_")


def sets(step: Step) -> tuple[str, ...]:
    """Return the variables that a step leaves set, in order, each once.

    The variables set in the branches of a parallel step are merged into those around it when the
    branches join, so they count as set by the step, before its output.  What a map sets for its
    items stays in its output.  `error`, which a failed step sets, stays within its list.
    """
    if isinstance(step, TransformStep) and step.config.set is not None:
        return tuple(step.config.set)
    names: list[str] = []
    if isinstance(step, ParallelStep):
        for branch in step.config.branches:
            names.extend(sets_of(branch.steps))
    output = output_variable(step)
    if output is not None:
        names.append(output)
    return tuple(dict.fromkeys(names))


def sets_of(steps: tuple[Step, ...]) -> tuple[str, ...]:
    """Return the variables that the steps of a list leave set, in order, each once."""
    return tuple(dict.fromkeys(name for step in steps for name in sets(step)))


def exits(step: Step, index: int, steps: StepList) -> tuple[Exit, ...]:
    """Return every way out of a step, in the order of the file; an end has none.

    An approval or a task leaves through its outcomes (and `otherwise`), a condition through its
    branches, everything else through `next`; `onError` comes last.
    """
    path = steps.step_path(index)
    if isinstance(step, EndStep):
        return ()
    found: list[Exit] = []
    onward = step.next or steps.following(index)
    onward_path: Path = (*path, "next") if step.next else path
    if isinstance(step, ApprovalStep | TaskStep):
        for name, outcome in step.config.outcomes.items():
            at: Path = (*path, "config", "outcomes", name)
            if outcome.next is not None:
                found.append(Exit("outcome", outcome.next, (*at, "next"), name))
            else:
                at = onward_path if step.next else at
                found.append(Exit("outcome", onward, at, name, explicit=step.next is not None))
        if isinstance(step, ApprovalStep) and step.config.otherwise is not None:
            otherwise_path = (*path, "config", "otherwise")
            found.append(Exit("otherwise", step.config.otherwise, otherwise_path))
    elif isinstance(step, ConditionStep):
        for i, branch in enumerate(step.config.branches):
            at = (*path, "config", "branches", i, "next")
            found.append(Exit("branch", branch.next, at, str(i)))
        found.append(Exit("otherwise", step.config.otherwise, (*path, "config", "otherwise")))
    else:
        found.append(Exit("next", onward, onward_path, explicit=step.next is not None))
    if step.on_error is not None:
        found.append(Exit("error", step.on_error, (*path, "onError")))
    return tuple(found)
