"""mends/scheduler_timers.py: one-off schedules fire by the second; and what the roles let them."""

from __future__ import annotations

import json
import time
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from signoff_local.mends import scheduler_timers
from tests.local.harness import BOUND, Stack, error_of, until

PATIENCE = 6.0
"""Below the ten seconds between two looks of the bare emulator, far above those between ours."""
SCHEDULES = 3
"""Made one after another: all but the first are made right after a look of the bare emulator."""


def schedule(stack: Stack, queue: str, role: str, seconds: float, client: Any = None) -> str:
    """Make a schedule that is due in so many seconds; its name."""
    name = stack.name("timer")
    (client or stack.client("scheduler")).create_schedule(
        Name=name,
        ScheduleExpression=at(seconds),
        FlexibleTimeWindow={"Mode": "OFF"},
        ActionAfterCompletion="DELETE",
        Target={"Arn": queue, "RoleArn": role, "Input": json.dumps({"name": name})},
    )
    return name


def at(seconds: float) -> str:
    """A time that is so many seconds away."""
    return f"at({datetime.now(UTC) + timedelta(seconds=seconds):%Y-%m-%dT%H:%M:%S})"


def names(stack: Stack) -> list[str]:
    """The schedules that there are."""
    return [each["Name"] for each in stack.client("scheduler").list_schedules()["Schedules"]]


def received(stack: Stack, url: str) -> list[Any]:
    """What comes out of a queue now."""
    found = stack.client("sqs").receive_message(QueueUrl=url, MaxNumberOfMessages=10)
    return [json.loads(message["Body"]) for message in found.get("Messages", [])]


def test_a_schedule_fires_once_soon_after_its_time_and_deletes_itself(stack: Stack) -> None:
    url, queue = stack.queue(for_rules=True)
    role, late = stack.role(), []
    for _ in range(SCHEDULES):
        name = schedule(stack, queue, role, 1)
        began = time.monotonic()
        until(lambda name=name: name not in names(stack))
        late.append(time.monotonic() - began > PATIENCE)
        assert received(stack, url) == [{"name": name}]
    # One may come late on a busy machine, or soon after the bare emulator has been held up.
    assert (not all(late[1:])) if stack.mended else any(late[1:])


def test_a_schedule_that_is_taken_away_does_not_fire(stack: Stack) -> None:
    role = stack.role()
    for seconds in (2, 8, 24):
        url, queue = stack.queue(for_rules=True)
        gone, stays = (schedule(stack, queue, role, seconds) for _ in range(2))
        taken = error_of(stack.client("scheduler").delete_schedule, Name=gone, GroupName="default")
        if taken is None:  # else it was faster: on a busy machine its time had come
            break
    assert until(lambda: received(stack, url)) == [{"name": stays}]


def test_a_schedule_delivers_only_what_its_role_lets_it(stack: Stack) -> None:
    url, queue = stack.queue(for_rules=False)
    nothing = {"Effect": "Allow", "Action": "sqs:SendMessage", "Resource": f"{queue}-other"}
    narrow = stack.role({"Version": "2012-10-17", "Statement": [nothing]})
    denied = schedule(stack, queue, narrow, 0)
    until(lambda: denied not in names(stack), BOUND)
    allowed = schedule(stack, queue, stack.role(), 0)
    expected = [{"name": allowed}] if stack.mended else [{"name": denied}, {"name": allowed}]
    found: list[Any] = []
    until(lambda: found.extend(received(stack, url)) or {"name": allowed} in found)
    assert sorted(found, key=str) == sorted(expected, key=str)


def test_a_schedule_that_became_due_while_the_emulator_was_down_fires(restartable: Stack) -> None:
    url, queue = restartable.queue()
    name = schedule(restartable, queue, restartable.role(), 1)
    restartable.stop()
    restartable.start()
    assert until(lambda: received(restartable, url)) == [{"name": name}]
    until(lambda: name not in names(restartable))


CREATE = """
import json, botocore.session
def handler(event, context):
    scheduler = botocore.session.get_session().create_client("scheduler", region_name="us-east-1")
    scheduler.create_schedule(**event)
    return "made"
"""


def test_who_makes_a_schedule_must_be_allowed_to_pass_its_role(stack: Stack) -> None:
    _, queue = stack.queue()
    lent = stack.role()
    making = {"Effect": "Allow", "Action": "scheduler:CreateSchedule", "Resource": "*"}
    passing = {
        "Effect": "Allow",
        "Action": "iam:PassRole",
        "Resource": lent,
        "Condition": {"StringEquals": {"iam:PassedToService": "scheduler.amazonaws.com"}},
    }
    made = {}
    for lets, statements in ((True, [making, passing]), (False, [making])):
        role = stack.role({"Version": "2012-10-17", "Statement": statements})
        event = {
            "Name": stack.name("timer"),
            "ScheduleExpression": at(3600),
            "FlexibleTimeWindow": {"Mode": "OFF"},
            "Target": {"Arn": queue, "RoleArn": lent},
        }
        made[lets] = stack.call(stack.function(CREATE, Role=role), event)[0] is None
    assert made == {True: True, False: not stack.mended}


CHANGE = """
import botocore.session
from botocore.exceptions import ClientError
def handler(event, context):
    scheduler = botocore.session.get_session().create_client("scheduler", region_name="us-east-1")
    done = []
    for call in (scheduler.create_schedule, scheduler.update_schedule):
        try:
            call(**event)
            done.append(call.__name__)
        except ClientError as error:
            assert error.response["Error"]["Code"] == "AccessDeniedException", error
    try:
        scheduler.delete_schedule(Name=event["Name"], GroupName=event["GroupName"])
        done.append("delete_schedule")
    except ClientError as error:
        assert error.response["Error"]["Code"] == "AccessDeniedException", error
    return done
"""


def test_a_role_may_touch_the_schedules_of_the_groups_that_it_names(stack: Stack) -> None:
    _, queue = stack.queue()
    lent, group, other = stack.role(), stack.name("group"), stack.name("group")
    actions = [f"scheduler:{verb}Schedule" for verb in ("Create", "Update", "Delete")]
    named = f"arn:aws:scheduler:us-east-1:000000000000:schedule/{group}/*"
    statements = [
        {"Effect": "Allow", "Action": actions, "Resource": named},
        {"Effect": "Allow", "Action": "iam:PassRole", "Resource": lent},
    ]
    function = stack.function(
        CHANGE, Role=stack.role({"Version": "2012-10-17", "Statement": statements})
    )
    done = {}
    for each in (group, other):
        stack.client("scheduler").create_schedule_group(Name=each)
        event = {
            "Name": stack.name("timer"),
            "GroupName": each,
            "ScheduleExpression": at(3600),
            "FlexibleTimeWindow": {"Mode": "OFF"},
            "Target": {"Arn": queue, "RoleArn": lent},
        }
        error, done[each] = stack.call(function, event)
        assert error is None, done[each]
    everything = ["create_schedule", "update_schedule", "delete_schedule"]
    assert done == {group: everything if stack.mended else [], other: []}


def test_many_schedules_slow_the_timers_down_and_not_the_stack(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    class Slow:
        """A scheduler with very much to look at, and the clock by which it does."""

        now = 100.0

        def __init__(self, seconds: float) -> None:
            self.seconds = seconds

        def _tick_schedules(self) -> None:
            self.now += self.seconds

        def monotonic(self) -> float:
            return self.now

    def pause(seconds: float) -> float:
        slow = Slow(seconds)
        monkeypatch.setattr(scheduler_timers, "time", slow)
        return scheduler_timers.look(slow)

    assert pause(0) == scheduler_timers.SHORTEST_PAUSE
    assert pause(0.25) == scheduler_timers.PAUSES * 0.25
    assert pause(60) == scheduler_timers.LONGEST_PAUSE
