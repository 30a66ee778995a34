"""Messages of a dead-letter queue can be sent back to where they came from.

AWS: StartMessageMoveTask moves what is visible in a dead-letter queue to the named queue, or each
message to the queue that it came from, as new messages: received never, with their attributes. It
refuses a queue that no other names as its dead-letter queue, and fails at a message that no queue
sent. ListMessageMoveTasks tells how far the newest ten are.

Emulator: it knows neither action (InvalidAction).

Here a move is done when StartMessageMoveTask answers, whatever rate was asked for, and the tasks
are forgotten with the process.

To see it: tests/local/test_queues_moves.py. To delete when: ministack knows the actions.
"""

from __future__ import annotations

import base64
import json
import time
import uuid
from collections import deque
from typing import Any

from signoff_local import emulator

RELIES_ON = {
    "services.sqs:_dispatch": "6a429fdb61eb",
    "services.sqs:_queue_by_arn": "b4981875c818",
    "services.sqs:_dlq_sweep": "6a77691e1671",
    "services.sqs:_collect_msgs": "308a6eb1b3d4",
}

KEPT = 10
"""Tasks of a queue that are remembered: as many as AWS lists."""

_tasks: dict[str, deque[dict[str, Any]]] = {}


def apply() -> None:
    """Teach SQS both actions."""
    queues = emulator.module("services.sqs")
    queues._HANDLERS["StartMessageMoveTask"] = lambda data, _: start(queues, data)
    queues._HANDLERS["ListMessageMoveTasks"] = lambda data, _: tasks(data)


def start(queues: Any, data: dict[str, Any]) -> dict[str, Any]:
    """StartMessageMoveTask: move what is visible, and remember how it went."""
    source = _queue(queues, data.get("SourceArn", ""))
    destination = data.get("DestinationArn")
    if destination:
        _queue(queues, destination)
    if not _is_dead_letter_queue(queues, data["SourceArn"]):
        reason = "Source queue must be configured as a Dead Letter Queue."
        raise queues._Err("InvalidParameterValue", reason)
    now = time.time()
    with queues._queues_lock:
        visible = [each for each in source["messages"] if each.get("visible_at", 0) <= now]
        task = {
            "Status": "COMPLETED",
            "SourceArn": data["SourceArn"],
            "DestinationArn": destination,
            "ApproximateNumberOfMessagesMoved": 0,
            "ApproximateNumberOfMessagesToMove": len(visible),
            "StartedTimestamp": int(now * 1000),
        }
        for message in visible:
            origin = destination or (message.get("sys") or {}).get("DeadLetterQueueSourceArn")
            target = queues._queue_by_arn(origin) if origin else None
            if target is None:
                task |= {"Status": "FAILED", "FailureReason": "CouldNotDetermineMessageSource"}
                break
            source["messages"].remove(message)
            target["messages"].append(_anew(message, now))
            task["ApproximateNumberOfMessagesMoved"] += 1
    queues.esm_wake.set()
    _tasks.setdefault(data["SourceArn"], deque(maxlen=KEPT)).appendleft(task)
    handle = json.dumps({"taskId": str(uuid.uuid4()), "sourceArn": data["SourceArn"]})
    return {"TaskHandle": base64.b64encode(handle.encode()).decode()}


def tasks(data: dict[str, Any]) -> dict[str, Any]:
    """ListMessageMoveTasks: the newest first; what is absent is left out."""
    wanted = int(data.get("MaxResults", 1))
    found = list(_tasks.get(data.get("SourceArn", ""), ()))[:wanted]
    return {
        "Results": [{k: v for k, v in each.items() if v is not None} for each in found],
    }


def _queue(queues: Any, arn: str) -> Any:
    found = queues._queue_by_arn(arn)
    if found is None:
        reason = "The resource that you specified for the SourceArn parameter doesn't exist."
        raise queues._Err("ResourceNotFoundException", reason, 404)
    return found


def _is_dead_letter_queue(queues: Any, arn: str) -> bool:
    policies = (
        json.loads(queue["attributes"].get("RedrivePolicy") or "{}")
        for queue in queues._queues.all_values()
    )
    return any(policy.get("deadLetterTargetArn") == arn for policy in policies)


def _anew(message: dict[str, Any], now: float) -> dict[str, Any]:
    """The message as a new one: what it says stays, what happened to it does not."""
    said = ("body", "md5_body", "md5_attrs", "message_attributes", "group_id")
    return {name: message.get(name) for name in said} | {
        "id": str(uuid.uuid4()),
        "receipt_handle": None,
        "sent_at": now,
        "visible_at": now,
        "receive_count": 0,
        "first_receive_at": None,
        "sys": {"SenderId": "", "SentTimestamp": str(int(now * 1000))},
        "dedup_id": None,
        "seq": None,
    }
