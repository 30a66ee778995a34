"""What is wrong with a definition that somebody wants to publish, as a client is told."""

from dataclasses import dataclass

from signoff.definition.loader import Loaded
from signoff.definition.paths import Path, path_text
from signoff.definition.problems import Problem
from signoff.errors import Invalid

_SHOWN = 500  # problems named in one answer


@dataclass(frozen=True)
class Place:
    """Where in the text, both counted from 1, and what to do about it."""

    line: int
    column: int
    hint: str


@dataclass(frozen=True)
class PublishProblem:
    """One problem. ``field`` is its path in the definition."""

    code: str
    message: str
    field: str | None
    severity: str
    place: Place

    @staticmethod
    def of_checker(problem: Problem) -> "PublishProblem":
        """A problem that the checker found."""
        place = Place(problem.line, problem.column, problem.hint)
        path = path_text(problem.path) or None
        return PublishProblem(problem.code, problem.message, path, problem.severity, place)

    @staticmethod
    def at(loaded: Loaded, path: Path, code: str, message: str, hint: str) -> "PublishProblem":
        """A problem that only the registry can see, at ``path`` of the definition."""
        place = Place(*loaded.positions.line_column(loaded.positions.of_value(path)), hint)
        return PublishProblem(code, message, path_text(path) or None, "error", place)


class DefinitionRefused(Invalid):
    """The definition has errors; ``problems`` are all that is to be said about it."""

    def __init__(self, problems: tuple[PublishProblem, ...]) -> None:
        first = next(problem for problem in problems if problem.severity == "error")
        super().__init__(first.message, field=first.field)
        self.problems = problems[:_SHOWN]
