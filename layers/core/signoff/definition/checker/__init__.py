"""The checker: everything that is wrong with a definition, in one pass over it.

A check is a function from the subject to findings, in a file of its own.  Checks know nothing of
each other; those that follow paths run only when the whole definition could be read.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from ..loader import Loaded
from ..model import Definition
from ..problems import DefinitionProblems, Problem
from .branches import check as check_branches
from .candidates import check as check_candidates
from .expressions import check as check_expressions
from .fields import check as check_fields
from .integrations import check as check_integrations
from .limits import check as check_limits
from .loops import check as check_loops
from .names import check as check_names
from .not_built import check as check_not_built
from .quorum import check as check_quorum
from .reach import check as check_reach
from .schemas import check as check_schemas
from .sla import check as check_sla
from .subject import Finding, Subject
from .targets import check as check_targets
from .times import check as check_times
from .variables import check as check_variables

__all__ = ["check", "checked"]

Check = Callable[[Subject], Iterator[Finding]]

# Each looks at one place at a time, so a broken step elsewhere does not mislead it.
LOCAL_CHECKS: tuple[Check, ...] = (
    check_fields,
    check_not_built,
    check_names,
    check_targets,
    check_branches,
    check_expressions,
    check_candidates,
    check_quorum,
    check_schemas,
    check_times,
    check_sla,
    check_integrations,
    check_limits,
)
# These follow the paths through the whole definition.
FLOW_CHECKS: tuple[Check, ...] = (check_reach, check_loops, check_variables)


def check(loaded: Loaded) -> list[Problem]:
    """Return all problems of a text that was loaded, in the order of the text.

    Raises nothing.  An empty list means that the definition can be compiled and run; warnings
    alone do not keep it from that.
    """
    problems = list(loaded.problems)
    definition = loaded.definition or loaded.partial
    if definition is not None:
        subject = Subject(definition)
        for each in LOCAL_CHECKS:
            problems.extend(_run(each, subject, loaded))
        # Where ids are not unique, no path can be followed.
        if loaded.definition is not None and all(p.code != "duplicate-id" for p in problems):
            for each in FLOW_CHECKS:
                problems.extend(_run(each, subject, loaded))
    unique = dict.fromkeys(problems)
    return sorted(unique, key=lambda p: (p.line, p.column, p.code, p.message))


def checked(loaded: Loaded) -> tuple[Definition, list[Problem]]:
    """Return the definition and its warnings.

    Raises:
        DefinitionProblems: It has errors; the exception carries all problems.
    """
    problems = check(loaded)
    if loaded.definition is None or any(problem.is_error for problem in problems):
        raise DefinitionProblems(problems, loaded.source)
    return loaded.definition, problems


def _run(each: Check, subject: Subject, loaded: Loaded) -> Iterator[Problem]:
    for finding in each(subject):
        if not _is_broken(finding, loaded):
            yield _placed(finding, loaded)


def _is_broken(finding: Finding, loaded: Loaded) -> bool:
    return any(finding.path[:length] in loaded.broken for length in range(1, len(finding.path) + 1))


def _placed(finding: Finding, loaded: Loaded) -> Problem:
    positions = loaded.positions
    if finding.character is not None:
        offset = positions.of_character(finding.path, finding.text, finding.character)
    elif finding.at_key:
        offset = positions.of_key(finding.path)
    else:
        offset = positions.of_value(finding.path)
    line, column = positions.line_column(offset)
    return Problem(finding.code, finding.message, finding.path, line, column, finding.hint)
