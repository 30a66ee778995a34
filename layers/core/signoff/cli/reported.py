"""Problems of a definition as the API reports them: the registry's too, which no checker knows."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from signoff.definition.catalogue import Severity
from signoff.definition.problems import Problem


@dataclass(frozen=True)
class Reported(Problem):
    """A problem whose severity is what the API says."""

    level: Severity = "error"

    @property
    def severity(self) -> Severity:
        """``error`` or ``warning``."""
        return self.level


def reported(problems: Iterable[dict[str, Any]]) -> list[Problem]:
    """The API's ``errors`` or ``warnings`` that have a place in the definition."""
    return [
        Reported(
            code=problem["code"],
            message=problem["message"],
            line=problem["line"],
            column=problem["column"],
            hint=problem["hint"],
            level=problem["severity"],
        )
        for problem in problems
        if "line" in problem
    ]
