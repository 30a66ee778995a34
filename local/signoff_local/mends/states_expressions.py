"""The second that an expression may take is a second of its own work.

AWS ends an expression after one second of evaluation, on a machine of its own.

Emulator: one second by the clock on the wall. With a hundred executions on two cores, an
expression of half a millisecond waits longer than that for its turn, and the execution fails for
nothing (States.QueryEvaluationError, D1012).

To see it: tests/local/test_states_expressions.py. To delete when: jsonata-python measures processor
time, or ministack passes a longer limit.
"""

from __future__ import annotations

import importlib
import time

RELIES_ON = {
    "services.stepfunctions:_evaluate_jsonata": "d970811e01da",
    "services.stepfunctions:jsonata.timebox.Timebox.check_runaway": "5a939181b997",
    "services.stepfunctions:jsonata.timebox.Timebox.current_milli_time": "4210e3213a45",
}


def apply() -> None:
    """Let the library's clock be the processor time of the evaluating thread."""
    timebox = importlib.import_module("jsonata.timebox").Timebox
    timebox.current_milli_time = staticmethod(lambda: int(time.thread_time() * 1000))
