"""What a link can do with a task: its outcomes, and asking for changes."""

import re
from dataclasses import dataclass

from signoff.errors import Invalid
from signoff.runs.variables import check_schema
from signoff.tasks.actions import REQUEST_CHANGES, normal, outcomes_of, takes_comment
from signoff.tasks.model import Step, Task

CHANGES = "requestChanges"
"""The action, beside the task's outcomes, that sends it back to whoever submitted it."""


@dataclass(frozen=True)
class Choice:
    """One way to decide a task: what a link and the page's form call it, and people."""

    action: str
    label: str
    needs_comment: bool


def choices_of(step: Step, task: Task) -> tuple[Choice, ...]:
    """The ways to decide ``task`` with no more than a comment, in the definition's order.

    None of its outcomes where the step's form must be filled in.
    """
    outcomes = [] if needs_form(step, task) else outcomes_of(step, task)
    found = [Choice(name, label_of(name), _needs_comment(step, task, name)) for name in outcomes]
    asks_already = any(normal(name) == REQUEST_CHANGES for name in outcomes_of(step, task))
    if task.rework_of is None and not asks_already:
        found.append(Choice(CHANGES, "Request changes", needs_comment=True))
    return tuple(found)


def needs_form(step: Step, task: Task) -> bool:
    """Whether the task cannot be decided without data, for which a link has no fields."""
    form = step.spec.get("form")
    if not form or task.rework_of is not None:
        return False
    try:
        check_schema(form, {}, field="data")
    except Invalid:
        return True
    return False


def label_of(outcome: str) -> str:
    """An outcome as people read it: ``REQUEST_CHANGES`` and ``requestChanges`` are one."""
    apart = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", " ", outcome)
    words = re.sub(r"[\s_-]+", " ", apart).strip()
    return words[:1].upper() + words[1:].lower() if words else outcome


def _needs_comment(step: Step, task: Task, outcome: str) -> bool:
    if task.rework_of is not None:
        return False
    rule = step.spec["outcomes"][outcome].get("comment")
    return rule == "required" or takes_comment(outcome)
