"""Actions: what people say they do with a task, matched to the outcomes that it has.

The Approvals API's ``advance`` takes actions in its own spelling (``requestChanges``); a definition
names its outcomes as it likes (``REQUEST_CHANGES``).
"""

from collections.abc import Iterable

from signoff.tasks.model import Step, Task

DELEGATE = "delegate"
CANCEL = "cancel"
REQUEST_CHANGES = "requestchanges"
SUBMIT = "SUBMIT"  # the one outcome of a rework task

# An approver says what they do, a definition may say what is done then.
_ALSO = {"approve": ("approved",), "reject": ("rejected",)}
_REWORK_WORDS = ("submit", "resubmit", "complete", "approve")
# Contract section 9: to reject and to request changes take a comment, whatever the definition says.
_COMMENTED = frozenset({"reject", "rejected", REQUEST_CHANGES})


def normal(word: str) -> str:
    """``word`` without what spellings differ in: letters and digits, in one case."""
    return "".join(each for each in word.casefold() if each.isalnum())


def outcomes_of(step: Step, task: Task) -> list[str]:
    """The outcomes that ``task`` can be decided with."""
    return [SUBMIT] if task.rework_of is not None else list(step.spec["outcomes"])


def outcome_named(outcomes: Iterable[str], given: str) -> str | None:
    """The outcome of this name, letter case ignored."""
    return next((name for name in outcomes if name.casefold() == given.casefold()), None)


def outcome_meant(step: Step, task: Task, action: str) -> str | None:
    """The outcome of ``task`` that ``action`` means, or None."""
    outcomes = outcomes_of(step, task)
    exact = outcome_named(outcomes, action)
    if exact is not None:
        return exact
    wanted = normal(action)
    if task.rework_of is not None:
        return SUBMIT if wanted in _REWORK_WORDS else None
    for meant in (wanted, *_ALSO.get(wanted, ())):
        for name in outcomes:
            if meant and normal(name) == meant:
                return name
    return None


def takes_comment(action: str, outcome: str | None = None) -> bool:
    """Whether the contract asks for a comment, beside what the definition asks for."""
    return normal(action) in _COMMENTED or normal(outcome or "") in _COMMENTED
