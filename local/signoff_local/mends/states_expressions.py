"""The second that an expression may take is a second of its own work.

AWS ends an expression after one second of evaluation, on a machine of its own.

Emulator: one second by the clock on the wall. With a hundred executions on two cores, an
expression of half a millisecond waits longer than that for its turn, and the execution fails for
nothing (States.QueryEvaluationError, D1012).

To see it: tests/unit/local/test_states_expressions.py. To delete when: jsonata-python measures
processor time, or ministack passes a longer limit.
"""

from __future__ import annotations

import importlib
import time
from typing import Any

RELIES_ON = {
    "services.stepfunctions:_evaluate_jsonata": "d970811e01da",
    "services.stepfunctions:jsonata.timebox.Timebox.check_runaway": "5a939181b997",
}


def apply() -> None:
    """Let the library's limit be one of the evaluating thread's processor time."""
    library = importlib.import_module("jsonata.timebox")
    library.Timebox.check_runaway = check_runaway


def check_runaway(self: Any) -> None:
    """`Timebox.check_runaway`; only what the time is differs. An expression has one thread."""
    library = importlib.import_module("jsonata.jexception")
    if self.max_depth is not None and self.depth > self.max_depth:
        raise library.JException("D1011", -1)
    now = time.thread_time()
    began = vars(self).setdefault("began", now)
    if self.timeout is not None and (now - began) * 1000 > self.timeout:
        raise library.JException("D1012", -1, self.timeout)
