"""One schedule for the next moment of each open task, made from what the task is."""

import json
from contextlib import suppress
from datetime import UTC, datetime, timedelta

import pytest

from signoff.clock import now as clock_now
from signoff.contracts.flow.events import to_cloud_event
from signoff.sla.timers import arm_timer
from signoff.storage.clients import client
from tests.support.world import TENANT, Killed
from tests.unit.engine.acting import decide, open_tasks, start
from tests.unit.sla.deadlines import definition, fire


def begun(here, text):
    """A run of the definition, and its first task."""
    view = start(here, here.publish(text))
    (task,) = open_tasks(view.run.run_id, 1)
    return view.run.run_id, task


def events(here, run_id):
    """What the rule hands to the worker: the events of tasks with a deadline."""
    told = [to_cloud_event(entry) for entry in here.history(run_id)]
    return [event for event in told if "dueat" in event]


def schedules():
    """The schedules that there are, by name."""
    scheduler = client("scheduler")
    names = [each["Name"] for each in scheduler.list_schedules(GroupName="timers")["Schedules"]]
    return {name: scheduler.get_schedule(Name=name, GroupName="timers") for name in names}


def test_a_schedule_is_made_for_the_first_moment(here):
    run_id, task = begun(here, definition())
    (event,) = events(here, run_id)
    arm_timer(event)
    arm_timer(event)
    ((name, made),) = schedules().items()
    assert name == f"{task.task_id}-0"
    fires = datetime.strptime(made["ScheduleExpression"], "at(%Y-%m-%dT%H:%M:%S)")
    late = fires.replace(tzinfo=UTC) - datetime.fromisoformat(task.warn_at)
    assert timedelta() <= late < timedelta(seconds=1)
    assert made["ActionAfterCompletion"] == "DELETE"
    assert made["FlexibleTimeWindow"] == {"Mode": "OFF"}
    target = made["Target"]
    assert target["Arn"].endswith(":due")
    assert target["RoleArn"].endswith(":role/timer")
    assert target["DeadLetterConfig"]["Arn"].endswith(":failures")
    assert json.loads(target["Input"]) == {
        "detail": {"tenant": TENANT, "taskId": task.task_id, "timerAt": task.warn_at}
    }


def test_the_warning_arms_the_breach_and_the_decision_takes_it_away(here):
    run_id, task = begun(here, definition(kind="direct"))
    fire(task)
    arm_timer(events(here, run_id)[-1])
    assert list(schedules()) == [f"{task.task_id}-1"]
    decide(here, "bob", task, "APPROVE")
    arm_timer(events(here, run_id)[-1])
    assert schedules() == {}


def test_events_may_come_in_any_order(here):
    run_id, task = begun(here, definition(kind="direct"))
    decide(here, "bob", task, "APPROVE")
    opened, decided = events(here, run_id)
    arm_timer(decided)
    arm_timer(opened)
    assert schedules() == {}


def test_a_schedule_that_an_earlier_opening_left_is_set_anew(here):
    run_id, task = begun(here, definition())
    (event,) = events(here, run_id)
    arm_timer(event)
    left = schedules()[f"{task.task_id}-0"]
    kept = ("Name", "GroupName", "FlexibleTimeWindow", "Target")
    old = {name: left[name] for name in kept}
    client("scheduler").update_schedule(**old, ScheduleExpression="at(2020-01-01T00:00:00)")
    arm_timer(event)
    assert schedules()[f"{task.task_id}-0"]["ScheduleExpression"] == left["ScheduleExpression"]


def test_a_moment_that_has_passed_is_not_asked_for_in_the_past(here):
    text = definition().replace("due: PT48H", "due: 2020-01-01T00:00:00Z")
    run_id, _ = begun(here, text)
    asked = clock_now()
    arm_timer(events(here, run_id)[0])
    (made,) = schedules().values()
    fires = datetime.strptime(made["ScheduleExpression"], "at(%Y-%m-%dT%H:%M:%S)")
    assert fires.replace(tzinfo=UTC) > asked


@pytest.mark.parametrize(
    "data", [{}, {"taskId": "no-id"}, {"taskId": "3f2b8c1e-6a4d-4e0f-9b7a-5c1d2e3f4a5b"}]
)
def test_what_is_about_no_task_is_left_alone(here, data):
    arm_timer({"tenant": TENANT, "data": {"flowId": "f", **data}})
    assert schedules() == {}


def test_another_tenants_task_is_none(here):
    run_id, _ = begun(here, definition())
    (event,) = events(here, run_id)
    arm_timer(event | {"tenant": "other"})
    assert schedules() == {}


def test_a_crash_between_any_two_calls_is_made_good_by_the_message_that_comes_again(here):
    run_id, task = begun(here, definition())
    (event,) = events(here, run_id)
    for place in [(call, after) for call in (1, 2, 3) for after in (False, True)]:
        for name in schedules():
            client("scheduler").delete_schedule(Name=name, GroupName="timers")
        with here.faults.watching(place), suppress(Killed):
            arm_timer(event)
        arm_timer(event)
        assert list(schedules()) == [f"{task.task_id}-0"]
