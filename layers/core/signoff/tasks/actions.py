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

# One says what they do, another what is done then.
_ALSO = {
    "approve": ("approved",),
    "approved": ("approve",),
    "reject": ("rejected",),
    "rejected": ("reject",),
}
# To approve is none of them: whoever approves their own rework has taken it for something else.
_REWORK_WORDS = ("submit", "resubmit", "complete")
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


def words_for(work: Iterable[tuple[Step, Task]], *, may_cancel: bool) -> list[str]:
    """The actions there are for somebody who has these tasks, in the order to name them in."""
    words: dict[str, None] = {}
    asks_for_changes = False
    for step, task in work:
        is_rework = task.rework_of is not None
        words |= dict.fromkeys(_REWORK_WORDS if is_rework else outcomes_of(step, task))
        asks_for_changes = asks_for_changes or not is_rework
    if asks_for_changes and REQUEST_CHANGES not in map(normal, words):
        words["requestChanges"] = None
    return [*words, DELEGATE, *([CANCEL] if may_cancel else [])]


def takes_comment(action: str, outcome: str | None = None) -> bool:
    """Whether the contract asks for a comment, beside what the definition asks for."""
    return normal(action) in _COMMENTED or normal(outcome or "") in _COMMENTED
