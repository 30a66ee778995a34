"""What a notice is about, as it is now: a task in its step and run, and the task beside it."""

from dataclasses import dataclass

from signoff.runs.ids import code_and_ordinal, is_id, run_partition
from signoff.runs.model import RUN_SORT_KEY, Run
from signoff.storage.store import state
from signoff.storage.values import Item
from signoff.tasks.model import OPEN_TASK, REWORK, Step, Task, step_key, task_key


@dataclass(frozen=True)
class Work:
    """``beside`` is the other half of a rework, if there ever was one: of an approver's task the
    one that asked for changes, of that one the approver's."""

    run: Run
    step: Step
    task: Task
    beside: Task | None = None

    @property
    def is_open(self) -> bool:
        """Whether there is something to do."""
        run, step, task = self.run, self.step, self.task
        is_left = step.code in run.left
        running = run.status == "RUNNING" and step.status == "OPEN" and not is_left
        return running and task.status in OPEN_TASK

    @property
    def was_reworked(self) -> bool:
        """Whether the task is put to its approver again, because changes were made."""
        beside = self.beside
        return beside is not None and beside.rework_of is not None and beside.status == "COMPLETED"

    def waits_for(self, person: str) -> bool:
        """Whether the task can be done by ``person``, as far as it names people."""
        if self.task.owner is not None:
            return self.task.owner == person
        return may_decide(self, person)


def may_decide(work: Work, person: str) -> bool:
    """Whether a member of a pool could take the task and decide it."""
    if work.task.rework_of is not None:
        return True
    if work.step.spec.get("fourEyes") and person == work.run.initiator:
        return False
    return person not in work.step.voters


def read_work_now(tenant: str, task_id: str) -> Work | None:
    """The task with this id and what belongs to it; None where there is no such task. One call."""
    if not is_id(task_id):
        return None
    code, ordinal = code_and_ordinal(task_id)
    other = ordinal - REWORK if ordinal >= REWORK else ordinal + REWORK
    run_at = (run_partition(tenant, task_id), RUN_SORT_KEY)
    step_at = step_key(tenant, task_id, code)
    task_at, beside_at = (task_key(tenant, task_id, code, each) for each in (ordinal, other))
    items = state().get_many([run_at, step_at, task_at, beside_at])
    if not {run_at, step_at, task_at} <= items.keys():
        return None
    task = Task.from_item(items[task_at])
    if task.task_id != task_id.lower():
        return None
    beside: Item | None = items.get(beside_at)
    return Work(
        Run.from_item(items[run_at]),
        Step.from_item(items[step_at]),
        task,
        Task.from_item(beside) if beside else None,
    )
