"""A message whose consumer died with the emulator is delivered again at once.

AWS: a consumer that dies leaves its message invisible until the visibility timeout. There a
restart of SQS does not kill Lambda.

Emulator: consumers die with it, so that after every restart messages in flight stay invisible for
up to their timeout (six minutes for our reconciling worker).

To see it: tests/local/test_restart.py. To delete when: ministack makes them visible itself.
"""

from __future__ import annotations

import time

from signoff_local import emulator, restoring

RELIES_ON = {
    "services.sqs:_restore_state": "6ad905ae1eea",
    "services.sqs:_collect_msgs": "308a6eb1b3d4",
}


def apply() -> None:
    """Make them visible after every restore."""
    restoring.after.append(release)


def release() -> None:
    """End the invisibility of every message that had been received."""
    queues = emulator.module("services.sqs")
    now = time.time()
    for queue in queues._queues.all_values():
        for message in queue.get("messages", []):
            if message.get("receive_count", 0) and message.get("visible_at", 0) > now:
                message["visible_at"] = now
