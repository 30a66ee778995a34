"""Who may send a message may send ten at once.

AWS: the batch actions of SQS take the permission of the single one (Amazon SQS API permissions
reference: SendMessageBatch takes sqs:SendMessage); there is no sqs:SendMessageBatch to be granted.

Emulator: it asks for sqs:SendMessageBatch, so that a role that works on AWS is refused.

To see it: tests/local/test_queues_batches.py. To delete when: ministack asks for the single one.
"""

from __future__ import annotations

from typing import Any

from signoff_local import emulator

RELIES_ON = {
    "core.iam_actions:extract_iam_action": "ec476b92d969",
}

BATCHES = ("SendMessage", "DeleteMessage", "ChangeMessageVisibility")


def apply() -> None:
    """Judge a batch as what it is made of."""
    actions = emulator.module("core.iam_actions")
    theirs = actions.extract_iam_action
    singles = {f"sqs:{name}Batch": f"sqs:{name}" for name in BATCHES}

    def action_of(*request: Any) -> str | None:
        action: str | None = theirs(*request)
        return action if action is None else singles.get(action, action)

    actions.extract_iam_action = action_of
