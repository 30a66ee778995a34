"""Where a task stands against its deadline."""

from typing import Literal, Protocol

SlaStatus = Literal["ok", "warning", "breached"]


class Dated(Protocol):
    """A task, or an entry of a worklist."""

    @property
    def due_at(self) -> str | None: ...
    @property
    def warn_at(self) -> str | None: ...


def sla_status(task: Dated, at: str) -> SlaStatus | None:
    """How the task stood at the timestamp ``at``; None where it has no deadline."""
    if task.due_at is None:
        return None
    if at >= task.due_at:
        return "breached"
    return "warning" if task.warn_at is not None and at >= task.warn_at else "ok"
