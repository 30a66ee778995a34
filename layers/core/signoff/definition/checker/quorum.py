"""Quorums that cannot be reached, or that can be missed with nowhere to go then.

An outcome closes a step when as many people as its quorum says have chosen it.  With `N` asked and
a quorum of `q` for each outcome, `N` decisions can all be given and no quorum reached exactly if
every outcome can stay one short: if the sum of `q - 1` is at least `N`.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from ..configs import ApprovalConfig, Approvers
from ..paths import Path
from ..steps import ApprovalStep
from .subject import Finding, Placed, Subject, quoted

__all__ = ["check"]


def check(subject: Subject) -> Iterator[Finding]:
    """Yield `unknown-outcome`, `quorum-too-large` and `otherwise-missing`."""
    for placed in subject.steps:
        step = placed.step
        if isinstance(step, ApprovalStep):
            yield from _unknown(placed, step.config)
            asked = _asked(step.config)
            yield from _too_large(placed, step.config, asked)
            if step.config.otherwise is None and _can_be_missed(step.config, asked):
                message = f'The quorum of "{step.id}" can be missed, and nothing says what then.'
                hint = "Add `otherwise`: the step to go to when no outcome can reach its quorum."
                path = (*placed.path, "config", "quorum")
                yield Finding("otherwise-missing", path, message, hint)


def _unknown(placed: Placed, config: ApprovalConfig) -> Iterator[Finding]:
    for name in config.quorum if isinstance(config.quorum, dict) else ():
        if name not in config.outcomes:
            message = f'"{placed.step.id}" has a quorum for "{name}", but no such outcome.'
            hint = f"Its outcomes are {quoted(list(config.outcomes))}."
            path = (*placed.path, "config", "quorum", name)
            yield Finding("unknown-outcome", path, message, hint, at_key=True)


def _asked(config: ApprovalConfig) -> int | None:
    """Return how many decisions there can be, None where an expression or the directory decides.

    Direct asks each user.  A pool asks once, or, with a quorum, once per group.
    """
    people = config.candidates
    if not isinstance(people, Approvers) or (config.mode == "direct" and people.found):
        return None
    if config.mode == "direct":
        return len(set(people.users))
    needs_one = all(config.quorum_of(outcome) == "any" for outcome in config.outcomes)
    return 1 if needs_one else len(set(people.groups))


def _too_large(placed: Placed, config: ApprovalConfig, asked: int | None) -> Iterator[Finding]:
    if not asked:
        # Nobody at all is reported as that.
        return
    who = "users" if config.mode == "direct" else "groups"
    path: Path = (*placed.path, "config", "quorum")
    quorums = config.quorum if isinstance(config.quorum, dict) else {"": config.quorum}
    for outcome, quorum in quorums.items():
        if isinstance(quorum, int) and quorum > asked:
            message = f'"{placed.step.id}" needs {quorum} decisions, and asks {asked} {who}.'
            hint = "Ask more, or lower the quorum."
            if config.mode == "pool":
                hint += " Each group of a pool has one vote."
            here = (*path, outcome) if outcome else path
            yield Finding("quorum-too-large", here, message, hint)


def _can_be_missed(config: ApprovalConfig, asked: int | None) -> bool:
    quorums = [config.quorum_of(outcome) for outcome in config.outcomes]
    if asked == 0 or all(quorum in ("any", 1) for quorum in quorums):
        return False
    if asked is None:
        return len(quorums) > 1 or quorums[0] != "all"
    # Four-eyes may take one of those who are named out.
    fewer = [asked - 1] if config.four_eyes and config.mode == "direct" and asked > 1 else []
    return any(_slack(quorums, n) >= n for n in (asked, *fewer))


def _slack(quorums: Sequence[int | str], asked: int) -> int:
    """Return how many decisions can be given without any outcome reaching its quorum."""
    numbers = {"any": 1, "all": asked}
    return sum((q if isinstance(q, int) else numbers[q]) - 1 for q in quorums)
