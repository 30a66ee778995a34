"""The figures, one module each: ``TITLE``, ``MEASURED_ON`` and ``measure(bench) -> [Value]``.

Listed in the order in which they are taken: what needs a quiet machine before the stack starts,
what fills the tables last.
"""

NAMES = (
    "cold_start",
    "aws_calls",
    "approvals_calls",
    "authentication",
    "webhook_calls",
    "cost",
    "journey_sequential",
    "approvals_journey",
    "journey_rate",
    "states_entered",
    "webhook_latency",
    "webhook_rate",
    "webhook_reliability",
    "submissions",
    "restart",
    "worklist",
    "approvals_tasks",
)
