"""A schedule is judged under the group that it is in.

AWS: the resource of CreateSchedule, UpdateSchedule and DeleteSchedule is
`schedule/<group>/<name>` (Service Authorization Reference, "EventBridge Scheduler").

Emulator: it judges every one as if it were in the group `default`, so that a role that may only
touch the schedules of its own stack's group may touch none.

To see it: tests/local/test_scheduler.py. To delete when: ministack passes it.
"""

from __future__ import annotations

import json
from typing import Any

from signoff_local import emulator

RELIES_ON = {
    "core.iam_actions:extract_resource_arn": "82f51700695c",
}

_DEFAULT = ":schedule/default/"


def apply() -> None:
    """Name the group in what is judged."""
    actions = emulator.module("core.iam_actions")
    theirs = actions.extract_resource_arn

    def resource_of(service: str, *request: Any) -> str:
        arn = str(theirs(service, *request))
        if service == "scheduler" and _DEFAULT in arn:
            method, _, _, body, query = request[:5]
            return arn.replace(_DEFAULT, f":schedule/{group_of(method, body, query)}/")
        return arn

    actions.extract_resource_arn = resource_of


def group_of(method: str, body: bytes, query: dict[str, Any]) -> str:
    """The group that a request names: in its body, or to read and to delete in its query."""
    if method in ("POST", "PUT"):
        try:
            return str(json.loads(body or b"{}").get("GroupName") or "default")
        except (ValueError, AttributeError):
            return "default"
    named = query.get("groupName") or "default"
    return str(named[0] if isinstance(named, list) else named)
