"""When a step of several tasks is decided.

Design section 3: each outcome counts separately; a step closes when one outcome reaches its quorum
or none can any more, then it takes ``otherwise``.
"""

from collections.abc import Mapping
from typing import Literal

Rule = Literal["any", "all"] | int
OPEN, OTHERWISE = "open", "otherwise"


def needed(rule: Rule, asked: int) -> int:
    """How many of ``asked`` people must choose an outcome with this rule."""
    if rule == "any":
        return 1
    return asked if rule == "all" else rule


def reachable(rules: Mapping[str, Rule], asked: int) -> bool:
    """Whether ``asked`` people can reach the quorum of at least one outcome."""
    return any(needed(rule, asked) <= asked for rule in rules.values())


def can_be_missed(rules: Mapping[str, Rule], asked: int) -> bool:
    """Whether all of ``asked`` can decide and no outcome have its quorum: each one short of it."""
    return sum(needed(rule, asked) - 1 for rule in rules.values()) >= asked


def verdict(votes: Mapping[str, int], rules: Mapping[str, Rule], asked: int) -> tuple[str, str]:
    """``("decided", outcome)``, ``("otherwise", "")`` or ``("open", "")``.

    ``votes`` are the decisions so far per outcome; at most one outcome can have reached its quorum
    by the last of them.
    """
    left = asked - sum(votes.values())
    for outcome, rule in rules.items():
        if votes.get(outcome, 0) >= needed(rule, asked):
            return "decided", outcome
    if all(votes.get(outcome, 0) + left < needed(rule, asked) for outcome, rule in rules.items()):
        return OTHERWISE, ""
    return OPEN, ""
