"""Who is asked: lists that are empty, or that do not fit the mode, and four-eyes with nobody left.

How many are asked is the quorum's concern, see `quorum`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from ..configs import Approvers, Candidates, HumanConfig
from ..expressions import Expression
from ..paths import Path
from ..steps import ApprovalStep, NotifyStep, TaskStep
from .subject import Finding, Placed, Subject
from .texts import CompiledText

__all__ = ["check", "check_ids", "is_initiator"]

_MAX_ID = 256
# A name, a call or a bracket followed by a filter: `owners[active]`, which may keep nobody.
_FILTER = re.compile(r"[\w`)\]]\s*\[")
_EMPTY_LIST = re.compile(r"\[\s*\]\Z")
_INITIATOR = re.compile(r"\[?\s*\$?initiator\s*\]?\Z")


def check(subject: Subject) -> Iterator[Finding]:
    """Yield what is wrong with the people of each step, and with those who may start a run."""
    texts = {text.path: text for text in subject.texts}
    for i, group in enumerate(_initiator_groups(subject)):
        yield from _bad_id(("initiators", "groups", i), group, "groups")
    for placed in subject.steps:
        step = placed.step
        if isinstance(step, ApprovalStep | TaskStep):
            path = (*placed.path, "config", "candidates")
            if isinstance(step.config.candidates, Approvers):
                yield from _fit(placed, step.config, step.config.candidates, path)
            yield from check_ids(step.config.candidates, path, texts)
            yield from _perhaps_nobody(subject, step.config.candidates, path, texts)
            yield from _four_eyes(placed, step.config, path, texts)
        elif isinstance(step, NotifyStep) and step.config.to is not None:
            path = (*placed.path, "config", "to")
            people = step.config.to
            if isinstance(people, Candidates) and not (people.users or people.groups):
                message = f'"{step.id}" notifies nobody.'
                yield Finding("no-candidates", path, message, "Name users or groups.")
            yield from check_ids(people, path, texts)


def _initiator_groups(subject: Subject) -> tuple[str, ...]:
    initiators = subject.definition.initiators
    return initiators.groups if initiators is not None else ()


def _fit(placed: Placed, config: HumanConfig, people: Approvers, path: Path) -> Iterator[Finding]:
    """Yield where people and groups do not fit the mode: a pool has groups, direct has people."""
    step, mode = placed.step, config.mode
    asked: dict[str, tuple[str, ...]] = {
        "groups": ("groups",) if people.groups else (),
        "users": (*(("users",) if people.users else ()), *people.found),
    }
    needed, other = ("groups", "users") if mode == "pool" else ("users", "groups")
    if not asked[needed] and not asked[other]:
        message = f'"{step.id}" asks nobody.'
        yield Finding("no-candidates", path, message, f"Name at least one of the {needed}.")
    for field in asked[other]:
        message = f'"{step.id}" is a {mode} step, and has {field}.'
        hint = (
            "A pool is made of groups. To let the first of several people decide, write "
            "`mode: direct` with `quorum: any`."
            if mode == "pool"
            else "Direct asks people by name. To ask a group, write `mode: pool`."
        )
        yield Finding("wrong-candidates", (*path, field), message, hint, at_key=True)
    if isinstance(step, TaskStep) and mode == "direct" and len(people.users) > 1:
        message = f'"{step.id}" is done by one person, and {len(people.users)} are named.'
        hint = "Use `mode: pool` with a group, or an approval."
        yield Finding("wrong-candidates", (*path, "users"), message, hint, at_key=True)


def check_ids(
    people: Candidates | str, path: Path, texts: dict[Path, CompiledText]
) -> Iterator[Finding]:
    """Yield the ids that cannot exist, and those that are there twice."""
    if isinstance(people, str):
        return
    roles = people.roles if isinstance(people, Approvers) else ()
    for kind, entries in (("users", people.users), ("groups", people.groups), ("roles", roles)):
        seen: set[str] = set()
        for i, entry in enumerate(entries):
            here = (*path, kind, i)
            if entry in seen:
                message = f'"{entry}" is listed twice.'
                yield Finding("bad-candidate", here, message, "Remove one of the two.")
            seen.add(entry)
            text = texts.get(here)
            if text is not None and text.expression is None and text.error is None:
                yield from _bad_id(here, entry, kind)
    for here, what in (
        ((*path, "manager", "of"), "user"),
        ((*path, "departmentHead"), "department"),
    ):
        text = texts.get(here)
        if text is not None and text.expression is None and text.error is None:
            yield from _bad_id(here, text.text, what)


def _bad_id(path: Path, entry: str, kind: str) -> Iterator[Finding]:
    what = kind.removesuffix("s")
    if not entry.strip():
        yield Finding("bad-candidate", path, f"The id of a {what} is empty.", "Write it out.")
    elif entry != entry.strip() or len(entry) > _MAX_ID or not entry.isprintable():
        message = f"This cannot be the id of a {what}."
        hint = f"An id has at most {_MAX_ID} characters and no white space around it."
        yield Finding("bad-candidate", path, message, hint)
    elif what in ("group", "role") and "," in entry:
        why = "callers list their groups" if what == "group" else "roles are listed"
        message = f'"{entry}" cannot be a {what}: {why} separated by commas.'
        yield Finding("bad-candidate", path, message, "Make two entries of it.")


def _perhaps_nobody(
    subject: Subject, people: Candidates | str, path: Path, texts: dict[Path, CompiledText]
) -> Iterator[Finding]:
    """Yield where all the candidates are computed and may come to nobody."""
    if isinstance(people, str):
        text = texts[path]
        expression = text.expression
        if expression is None:
            return
        if _EMPTY_LIST.match(expression.source):
            yield Finding("no-candidates", path, "This is always an empty list.", "Name somebody.")
            return
        if _FILTER.search(expression.source) or "filter" in expression.functions:
            yield _may_be_empty(path, "The filter in this expression may keep nobody.")
            return
        yield from _optional(subject, path, expression)
        return
    roles = people.roles if isinstance(people, Approvers) else ()
    entries = [
        texts[(*path, kind, i)]
        for kind, listed in (("users", people.users), ("groups", people.groups), ("roles", roles))
        for i in range(len(listed))
    ]
    if isinstance(people, Approvers) and (people.manager or people.department_head is not None):
        return  # the directory knows whether there is one
    computed = [(entry.path, entry.expression) for entry in entries if entry.expression]
    if computed and len(computed) == len(entries):
        findings = [list(_optional(subject, at, expression)) for at, expression in computed]
        if all(findings):
            yield findings[0][0]


def _optional(subject: Subject, path: Path, expression: Expression) -> Iterator[Finding]:
    """Yield where an expression reads a single start variable that a run may lack."""
    reads = expression.reads
    if reads and all(name in subject.optional_variables for name in reads):
        message = f'A run may lack "{reads[0]}", and then nobody is asked.'
        yield _may_be_empty(path, message, f'List "{reads[0]}" under `required`.')


def _may_be_empty(path: Path, message: str, hint: str = "") -> Finding:
    hint = hint or "Add somebody who is always asked, with $append, or choose by a condition first."
    return Finding("candidates-may-be-empty", path, message, hint)


def is_initiator(text: CompiledText | None) -> bool:
    """Say whether a text is just the initiator of the run."""
    expression = text.expression if text is not None else None
    return expression is not None and _INITIATOR.match(expression.source.strip()) is not None


def _four_eyes(
    placed: Placed, config: HumanConfig, path: Path, texts: dict[Path, CompiledText]
) -> Iterator[Finding]:
    if not config.four_eyes:
        return
    people = config.candidates
    if isinstance(people, str):
        alone = is_initiator(texts[path])
    else:
        users = [texts[(*path, "users", i)] for i in range(len(people.users))]
        found = isinstance(people, Approvers) and bool(people.found)
        alone = (
            config.mode == "direct" and not found and bool(users) and all(map(is_initiator, users))
        )
    if alone:
        message = f'"{placed.step.id}" asks only the initiator, whom four-eyes excludes.'
        hint = "Ask somebody else as well, or remove `fourEyes`."
        yield Finding("four-eyes-nobody", path, message, hint)
