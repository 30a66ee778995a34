"""What one person can act on in a run, and what they are told when there is nothing."""

from signoff.chunks import chunks
from signoff.errors import Conflict, Forbidden
from signoff.identity.principal import Actor
from signoff.runs.model import Run
from signoff.runs.read import read_run, read_run_and_steps
from signoff.runs.view import open_tasks
from signoff.storage.transaction import Contended
from signoff.tasks.asked import had_their_turn
from signoff.tasks.claim import may_take
from signoff.tasks.model import Step, Task

_AT_ONCE = 90  # steps read in one call


def own_work(run: Run, person: Actor) -> list[tuple[Step, Task]]:
    """The open tasks that ``person`` has, then those of a pool that they may take; at least one.

    Raises Forbidden for somebody who is not asked, nor was, or whose task somebody else has by now
    (delegated, reassigned, or they are away); Conflict where they were and it is
    decided, or somebody else has claimed it; Contended where the run changes meanwhile. Reads the
    tasks of the run's open steps, and those steps that are the person's.
    """
    tasks = open_tasks(run)
    mine = [task for task in tasks if task.owner == person.id]
    pool = [task for task in tasks if not task.owner and _shares_group(task, person)]
    steps = _steps_of(run, mine + pool)
    voted = [task for task in mine if task.rework_of is None and _voted(steps[task.code], person)]
    own = [(steps[task.code], task) for task in mine if task not in voted]
    refused: Forbidden | None = None
    for task in pool:
        try:
            may_take(steps[task.code], task, person, run.initiator)
        except Forbidden as error:
            refused = error
        else:
            own.append((steps[task.code], task))
    if own:
        return own
    if read_run(run.tenant, run.run_id).sequence != run.sequence:
        raise Contended  # they may be asked by now
    has_voted = any(_voted(step, person) for step in steps.values())
    gone_on = next((task for task in tasks if person.id in task.formerly), None)
    if gone_on is not None and not has_voted and refused is None:
        raise Forbidden(f"Their task has gone on to {_holder(gone_on)}")
    if has_voted or had_their_turn(run, person):
        raise Conflict("There is nothing left for them to decide here")
    if any(_shares_group(task, person) for task in tasks if task.owner):
        raise Conflict("Somebody else has claimed the task")
    raise refused or Forbidden("They are not asked in this run")


def _holder(task: Task) -> str:
    """Who has ``task``, or may take it, in words."""
    if task.owner is not None:
        return task.owner
    return "whoever is first to take it of " + ", ".join(task.groups)[:300]


def _shares_group(task: Task, person: Actor) -> bool:
    return not set(task.groups).isdisjoint(person.groups)


def _voted(step: Step, person: Actor) -> bool:
    return person.id in step.voters


def _steps_of(run: Run, tasks: list[Task]) -> dict[str, Step]:
    codes = list(dict.fromkeys(task.code for task in tasks))
    found: dict[str, Step] = {}
    for some in chunks(codes, _AT_ONCE):
        now, steps = read_run_and_steps(run.tenant, run.run_id, some)
        if now is None or now.sequence != run.sequence:
            raise Contended  # tasks and steps of two different moments would contradict each other
        found |= {step.code: step for step in steps if step is not None}
    return found
