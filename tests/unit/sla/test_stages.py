"""The moments of a deadline, in order, and what a schedule for one of them looks like."""

from datetime import UTC, datetime

import pytest

from signoff.sla.stages import stages_of
from signoff.sla.timers import expression
from signoff.tasks.model import Step, Task

RUN_ID = "3f2b8c1e-6a4d-4e0f-9b7a-5c1d2e3f4a5b"
OPENED, WARN, DUE = (
    "2026-11-21T09:00:00.000Z",
    "2026-11-22T23:24:00.000Z",
    "2026-11-23T09:00:00.000Z",
)


def stages(*on_breach, on_warn=(), warn_at=WARN, due_at=DUE):
    sla = {"due": "PT48H", "warn": 80, "onWarn": list(on_warn), "onBreach": list(on_breach)}
    step = Step("acme", RUN_ID, "c", "A#1", "A", "A", "task", 0, OPENED, spec={"sla": sla})
    task = Task("acme", RUN_ID, "c", 0, "A", "A", OPENED, "PENDING", due_at=due_at, warn_at=warn_at)
    found = stages_of(step, task)
    return [(each.kind, each.at, [action["action"] for action in each.actions]) for each in found]


def test_a_deadline_without_actions_is_told_all_the_same():
    assert stages() == [("warning", WARN, []), ("breach", DUE, [])]


def test_one_that_was_over_at_the_opening_has_no_warning():
    assert stages(warn_at=None) == [("breach", DUE, [])]


def test_a_task_without_one_has_no_moments():
    assert stages(due_at=None) == []


def test_an_escalation_follows_the_breach_step_by_step():
    found = stages(
        {"action": "remind"},
        {"action": "notify"},
        {"action": "notifyManager", "after": "PT4H"},
        {"action": "notifyAdmin", "after": "P1D"},
        {"action": "remind", "after": "P1D"},
        {"action": "reassign", "after": "P1D"},
        on_warn=[{"action": "remind"}],
    )
    assert found == [
        ("warning", WARN, ["remind"]),
        ("breach", DUE, ["remind", "notify"]),
        ("escalation", "2026-11-23T13:00:00.000Z", ["notifyManager"]),
        ("escalation", "2026-11-24T09:00:00.000Z", ["notifyAdmin", "remind"]),
        ("act", "2026-11-24T09:00:00.000Z", ["reassign"]),
    ]


def test_what_acts_is_a_moment_of_its_own_after_what_is_told():
    assert stages({"action": "remind"}, {"action": "decide"})[1:] == [
        ("breach", DUE, ["remind"]),
        ("act", DUE, ["decide"]),
    ]


@pytest.mark.parametrize(
    ("timer_at", "fires"),
    [
        ("2026-11-23T09:00:00.000Z", "at(2026-11-23T09:00:00)"),
        ("2026-11-23T09:00:00.001Z", "at(2026-11-23T09:00:01)"),
        ("2026-12-31T23:59:59.999Z", "at(2027-01-01T00:00:00)"),
        ("2026-11-20T09:00:00.000Z", "at(2026-11-21T10:00:01)"),
    ],
)
def test_a_schedule_never_fires_early_and_never_lies_in_the_past(timer_at, fires):
    assert expression(timer_at, datetime(2026, 11, 21, 10, 0, 0, 200_000, tzinfo=UTC)) == fires
