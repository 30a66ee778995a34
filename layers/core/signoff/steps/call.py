"""The payload that a state machine sends to a step function.

A machine lives as long as its runs do, so an old one calls new code for months: the payload
carries the version of its shape, and every released one stays readable.
"""

from dataclasses import dataclass
from typing import Any

from signoff.errors import StepFailed
from signoff.runs.ids import generation_prefix, step_code

SCHEMA = 1


@dataclass(frozen=True)
class StepCall:
    """One visit of a machine to a step. ``scope`` is the machine's state there.

    ``top`` is the top-level step that the visit belongs to, ``spec`` the step's configuration with
    its expressions evaluated. ``path`` names the visit within the run: the machine's own path,
    behind the generation that its execution belongs to.
    """

    tenant: str
    run_id: str
    attempt: int
    scope: dict[str, Any]
    step_id: str
    type: str
    name: str
    top: str
    path: str
    order: int
    spec: dict[str, Any]
    token: str | None

    @classmethod
    def parse(cls, payload: dict[str, Any]) -> "StepCall":
        """Read a payload. Raises StepFailed for a shape this code does not know."""
        if payload.get("schema") != SCHEMA:
            raise StepFailed(f"this code reads step payloads of schema {SCHEMA}")
        scope, step = payload["scope"], payload["step"]
        return cls(
            tenant=scope["run"]["tenant"],
            run_id=scope["run"]["id"],
            attempt=scope["run"]["attempt"],
            scope=scope,
            step_id=step["id"],
            type=step["type"],
            name=step.get("name") or step["id"],
            top=step["top"],
            path=generation_prefix(scope["run"].get("generation", 1)) + step["path"],
            order=step["order"],
            spec=payload.get("spec") or {},
            token=payload.get("token"),
        )

    @property
    def at(self) -> str:
        """The path prefix of the branch that the step is in; at the top, the generation's."""
        return self.path[: self.path.rfind("/") + 1]

    @property
    def generation(self) -> str:
        """What all paths of the execution begin with: "" in the first generation."""
        return generation_prefix(self.scope["run"].get("generation", 1))

    @property
    def is_top(self) -> bool:
        """Whether the step is in no branch and in no map."""
        return self.at == self.generation

    @property
    def last(self) -> str | None:
        """The path of the durable step that the machine comes from, None at the beginning."""
        last = self.scope.get("last")
        return self.generation + last if last else None

    @property
    def code(self) -> str:
        """The step's code."""
        return step_code(self.path)
