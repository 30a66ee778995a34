"""What a task and an entry of a worklist have in common: what lists show."""

from typing import Protocol

from signoff.tasks.model import TaskStatus


class ShownTask(Protocol):
    """A task as the leanest list shows it."""

    @property
    def task_id(self) -> str: ...
    @property
    def run_id(self) -> str: ...
    @property
    def step_id(self) -> str: ...
    @property
    def status(self) -> TaskStatus: ...
    @property
    def owner(self) -> str | None: ...
    @property
    def groups(self) -> tuple[str, ...]: ...
