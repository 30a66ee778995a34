"""Identifiers of runs, steps and tasks.

A run is a random UUIDv4. Its partition is named by the first four groups of that UUID (74 random
bits), and the id of each of its tasks begins with the same four groups; the last group of a task's
id is the step's code and the task's ordinal in it. So a task id alone leads to its run's partition,
and one read fetches the run, the step and the task (docs/adr/0007-ids-that-lead-home.md).
"""

import hashlib
import re
import uuid

_UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.ASCII)
_INSTANCE = re.compile(r"wi_([0-9A-Fa-f]{32})", re.ASCII)
_HOME = 23  # characters of the first four groups, hyphens included
_CODE = 9  # hex digits of a step's code: 36 bits
_ORDINAL = 3  # hex digits of a task's ordinal: 4,096, above the 500 a step may ask


def new_run_id() -> str:
    """A fresh random run id."""
    return str(uuid.uuid4())


def derived_run_id(*parts: str) -> str:
    """The run id that belongs to ``parts``: the same for every repetition of one command."""
    digest = hashlib.sha256("\x00".join(parts).encode()).digest()
    return str(uuid.UUID(bytes=digest[:16], version=4))


def is_id(text: str) -> bool:
    """Whether ``text`` is a UUID in its canonical form (any case)."""
    return _UUID.fullmatch(text.lower()) is not None


def run_named(text: str) -> str:
    """The run id that ``text`` means: ``wi_`` and 32 hexadecimal digits (the Approvals API's form
    of one) as a UUID, anything else as it is."""
    instance = _INSTANCE.fullmatch(text)
    return str(uuid.UUID(instance[1])) if instance else text


def run_partition(tenant: str, any_id: str) -> str:
    """The partition key of the run that a run id or a task id belongs to."""
    return f"T#{tenant}#R#{any_id.lower()[:_HOME]}"


def generation_prefix(generation: int) -> str:
    """What the paths of a run's steps begin with, once it was sent to a step from outside.

    So nothing that was decided before is taken for what is asked anew. A machine knows nothing of
    it: the prefix is put before its paths where they come in (``steps.call``).
    """
    return f"@{generation}/" if generation > 1 else ""


def top_step(path: str) -> str:
    """The id of the top-level step that the step at ``path`` is or is in."""
    _, _, own = path.partition("/") if path.startswith("@") else ("", "", path)
    return own.split("/")[0].rpartition("#")[0]


def step_code(path: str) -> str:
    """The code of the step at ``path`` (unique in its run but for one chance in 7e10)."""
    return hashlib.sha256(path.encode()).hexdigest()[:_CODE]


def task_id(run_id: str, code: str, ordinal: int) -> str:
    """The id of the ``ordinal``-th task of the step with ``code``."""
    return f"{run_id[:_HOME]}-{code}{ordinal:0{_ORDINAL}x}"


def code_and_ordinal(task: str) -> tuple[str, int]:
    """The step's code and the ordinal that a task id carries."""
    last = task.lower()[_HOME + 1 :]
    return last[:_CODE], int(last[_CODE:], 16)
