"""Where the emulator differs from AWS in a way that matters to us, and what we do about it.

One file per mend. Its docstring says what AWS does, what the emulator does, how to see it, and when
the mend can be deleted; `RELIES_ON` names the private functions it touches with digests of their
source; `apply` replaces them. docs/local-stack.md lists what is not mended.
"""

from __future__ import annotations

import importlib
import os
from types import ModuleType

from signoff_local.mends import guard

ALL = (
    "lambda_workers",
    "lambda_queue",
    "lambda_streams",
    "events_to_functions",
    "api_errors",
    "api_options",
    "states_run",
    "states_tasks",
    "states_branches",
    "states_expressions",
    "states_restart",
    "service_roles",
    "transport",
    "streams_restart",
    "queues_restart",
    "queues_moves",
    "queues_batches",
    "mail_senders",
    "scheduler_timers",
    "scheduler_groups",
    "dynamodb_queries",
    "cognito_refresh",
    "retention",
)
"""In the order in which they are applied; a later one may build on an earlier one."""


def load(name: str) -> ModuleType:
    """The module of a mend."""
    return importlib.import_module(f"{__name__}.{name}")


def left_out() -> frozenset[str]:
    """Mends that SIGNOFF_WITHOUT_MENDS (comma-separated) leaves out, to show why each is needed."""
    names = frozenset(filter(None, os.environ.get("SIGNOFF_WITHOUT_MENDS", "").split(",")))
    unknown = names - set(ALL)
    if unknown:
        raise guard.MendError(f"SIGNOFF_WITHOUT_MENDS names no mend: {', '.join(sorted(unknown))}")
    return names


def apply_all() -> list[str]:
    """Check every mend, then apply every mend that is not left out; their names.

    Raises guard.MendError, with nothing applied, if the emulator is not what they were written for.
    """
    guard.require_version()
    chosen = [(name, load(name)) for name in ALL if name not in left_out()]
    for name, mend in chosen:
        guard.unchanged(name, mend.RELIES_ON)
    for _, mend in chosen:
        mend.apply()
    return [name for name, _ in chosen]
