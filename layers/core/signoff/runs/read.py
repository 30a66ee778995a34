"""Reading what a command needs, in one call."""

from collections.abc import Iterable, Sequence

from signoff.errors import NotFound
from signoff.runs.ids import code_and_ordinal, is_id, run_partition
from signoff.runs.model import RUN_SORT_KEY, Run
from signoff.storage.store import state
from signoff.tasks.model import Step, Task, step_key, task_key


def find_run(tenant: str, run_id: str) -> Run | None:
    """The run with this id, or None; another tenant's run is None."""
    if not is_id(run_id):
        return None
    item = state().get((run_partition(tenant, run_id), RUN_SORT_KEY))
    run = Run.from_item(item) if item else None
    return run if run and run.run_id == run_id.lower() else None


def read_run(tenant: str, run_id: str) -> Run:
    """The run with this id. Raises NotFound."""
    run = find_run(tenant, run_id)
    if run is None:
        raise NotFound("not found", about="run")
    return run


def read_run_and_steps(
    tenant: str, run_id: str, codes: Sequence[str]
) -> tuple[Run | None, list[Step | None]]:
    """A run and some of its steps, by their codes; None for what is not there."""
    run_at = (run_partition(tenant, run_id), RUN_SORT_KEY)
    steps_at = [step_key(tenant, run_id, code) for code in codes]
    items = state().get_many([run_at, *steps_at])
    run = Run.from_item(items[run_at]) if run_at in items else None
    return run, [Step.from_item(items[at]) if at in items else None for at in steps_at]


def read_run_and_step(tenant: str, run_id: str, code: str) -> tuple[Run | None, Step | None]:
    """A run and one of its steps."""
    run, (step,) = read_run_and_steps(tenant, run_id, [code])
    return run, step


def read_work(tenant: str, task_id: str) -> tuple[Run, Step, Task]:
    """A task with its step and its run. Raises NotFound.

    A step that the run was sent away from counts as CANCELLED, before all that it asked for has
    been taken back.
    """
    if not is_id(task_id):
        raise NotFound("Task not found")
    code, ordinal = code_and_ordinal(task_id)
    keys = (
        (run_partition(tenant, task_id), RUN_SORT_KEY),
        step_key(tenant, task_id, code),
        task_key(tenant, task_id, code, ordinal),
    )
    items = state().get_many(keys)
    if len(items) < len(keys):
        raise NotFound("Task not found")
    run_item, step_item, task_item = (items[key] for key in keys)
    run, step = Run.from_item(run_item), Step.from_item(step_item)
    if step.code in run.left:
        step.status = "CANCELLED"
    return run, step, Task.from_item(task_item)


def read_some_tasks(step: Step, ordinals: Iterable[int]) -> dict[int, Task]:
    """The tasks of a step that exist among ``ordinals`` (at most 100), by ordinal."""
    keys = [task_key(step.tenant, step.run_id, step.code, ordinal) for ordinal in ordinals]
    tasks = [Task.from_item(item) for item in state().get_many(keys).values()]
    return {task.ordinal: task for task in tasks}


def read_tasks(step: Step) -> list[Task]:
    """All tasks of a step, in order."""
    partition, _ = step.key
    return [Task.from_item(item) for item in state().query_all(partition, prefix=step.tasks_prefix)]
