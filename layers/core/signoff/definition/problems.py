"""A problem of a definition, and the exception that carries all of them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from .catalogue import CATALOGUE, Severity
from .paths import Path, path_text

__all__ = ["DefinitionProblems", "Problem", "Source", "errors_of"]


@dataclass(frozen=True)
class Source:
    """The text of a definition and the name it goes by in messages (usually a file's)."""

    name: str
    text: str


@dataclass(frozen=True)
class Problem:
    """What is wrong, where, and what to do about it.

    `line` and `column` count from 1, columns in characters.  `code` is one of `CATALOGUE`.
    """

    code: str
    message: str
    path: Path = ()
    line: int = 1
    column: int = 1
    hint: str = ""

    @property
    def severity(self) -> Severity:
        """Return `error` or `warning`, as the catalogue says."""
        return CATALOGUE[self.code].severity

    @property
    def is_error(self) -> bool:
        """Say whether this keeps the definition from being used."""
        return self.severity == "error"

    def to_dict(self) -> dict[str, str | int]:
        """Return the problem as JSON values: code, severity, message, hint, path, line, column."""
        return {
            "code": self.code,
            "severity": self.severity,
            "message": self.message,
            "hint": self.hint,
            "path": path_text(self.path),
            "line": self.line,
            "column": self.column,
        }


class DefinitionProblems(Exception):
    """A definition has errors.  `problems` holds all of them, warnings too, in file order."""

    def __init__(self, problems: Iterable[Problem], source: Source) -> None:
        """Keep the problems beside the text they are about."""
        self.problems = tuple(problems)
        self.source = source
        count = len(errors_of(self.problems))
        super().__init__(f"{source.name} has {count} problem{'' if count == 1 else 's'}")


def errors_of(problems: Iterable[Problem]) -> tuple[Problem, ...]:
    """Return the errors alone, without the warnings."""
    return tuple(problem for problem in problems if problem.is_error)
