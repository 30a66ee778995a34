"""When a task is due, when it is amber, and what it is by now."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from signoff.clock import timestamp
from signoff.errors import StepFailed
from signoff.tasks.due import deadline_of, later_than, sla_status
from signoff.tasks.worklist import WorklistEntry

OPENED = "2026-11-21T09:00:00.000Z"


def spec(due, warn=80):
    return {"sla": {"due": due, "warn": warn, "onWarn": [], "onBreach": []}}


@pytest.fixture(autouse=True)
def real_time(monkeypatch):
    monkeypatch.delenv("SLA_TIME_SCALE", raising=False)


@pytest.mark.parametrize(
    ("due", "warn", "expected"),
    [
        ("PT48H", 80, ("2026-11-23T09:00:00.000Z", "2026-11-22T23:24:00.000Z")),
        ("P1M", 50, ("2026-12-21T09:00:00.000Z", "2026-12-06T09:00:00.000Z")),
        ("PT1M", 99, ("2026-11-21T09:01:00.000Z", "2026-11-21T09:00:59.400Z")),
        ("2026-11-22T10:00:00+01:00", 50, ("2026-11-22T09:00:00.000Z", "2026-11-21T21:00:00.000Z")),
        ("2026-11-21T09:00:30Z", 50, ("2026-11-21T09:00:30.000Z", "2026-11-21T09:00:15.000Z")),
    ],
)
def test_the_clock_runs_from_the_opening(due, warn, expected):
    assert deadline_of(spec(due, warn), OPENED) == expected


@pytest.mark.parametrize("date", ["2026-11-21T09:00:00Z", "2020-01-01T00:00:00Z"])
def test_a_date_that_has_passed_is_a_deadline_that_is_over(date):
    due, warn = deadline_of(spec(date), OPENED)
    assert due == timestamp(datetime.fromisoformat(date))
    assert warn is None


@pytest.mark.parametrize("step", [{}, {"sla": None}])
def test_a_step_without_a_deadline_has_none(step):
    assert deadline_of(step, OPENED) == (None, None)


@pytest.mark.parametrize(
    "due", ["PT59S", "PT0S", "P0D", "P11Y", "soon", "", "P", None, 3, ["P1D"], "2026-11-22"]
)
def test_what_is_no_deadline_fails_the_step(due):
    with pytest.raises(StepFailed, match="the deadline"):
        deadline_of(spec(due), OPENED)


def test_a_stack_for_trials_shortens_every_time(monkeypatch):
    monkeypatch.setenv("SLA_TIME_SCALE", "0.0001")
    due, warn = deadline_of(spec("PT48H"), OPENED)
    assert (due, warn) == ("2026-11-21T09:00:17.280Z", "2026-11-21T09:00:13.824Z")
    assert later_than(due, "PT10H") == "2026-11-21T09:00:20.880Z"
    # What is too short is judged by what was written, not by what is left of it.
    assert deadline_of(spec("PT1M"), OPENED)[0] == "2026-11-21T09:00:00.006Z"


@given(
    st.datetimes(datetime(2000, 1, 1), datetime(2200, 1, 1)),
    st.integers(60, 10**8),
    st.integers(1, 99),
)
def test_amber_lies_between_the_opening_and_the_deadline(opened, seconds, warn):
    at = timestamp(opened.replace(tzinfo=UTC))
    due, amber = deadline_of(spec(f"PT{seconds}S", warn), at)
    assert at <= amber <= due
    assert (datetime.fromisoformat(due) - datetime.fromisoformat(at)).total_seconds() == seconds


@pytest.mark.parametrize(
    ("now", "status"),
    [
        (OPENED, "ok"),
        ("2026-11-22T23:23:59.999Z", "ok"),
        ("2026-11-22T23:24:00.000Z", "warning"),
        ("2026-11-23T08:59:59.999Z", "warning"),
        ("2026-11-23T09:00:00.000Z", "breached"),
    ],
)
def test_a_task_is_green_then_amber_then_late(now, status):
    due, warn = deadline_of(spec("PT48H"), OPENED)
    entry = WorklistEntry("t", "r", "A", "A", "PENDING", None, (), OPENED, due, warn)
    assert sla_status(entry, now) == status


def test_without_a_deadline_there_is_no_status():
    entry = WorklistEntry("t", "r", "A", "A", "PENDING", None, (), OPENED)
    assert sla_status(entry, "2099-01-01T00:00:00.000Z") is None


def test_a_deadline_that_was_over_at_the_opening_is_late_at_once():
    entry = WorklistEntry("t", "r", "A", "A", "PENDING", None, (), OPENED, OPENED, None)
    assert sla_status(entry, OPENED) == "breached"
