"""Steps that nobody decides: notify, wait, and forms of the values they take."""

from datetime import UTC, datetime

import pytest

from signoff.errors import StepFailed
from signoff.steps.enter_wait import deadline
from tests.unit.engine.acting import decide, start, task_of
from tests.unit.engine.definitions import AUTOMATIC

START = datetime(2026, 11, 21, 9, 0, tzinfo=UTC)


def test_a_notification_is_written_once_and_a_wait_keeps_its_deadline(here):
    here.publish(AUTOMATIC)
    view = start(here, "automatic")
    task = task_of(view.run.run_id, "check")
    entries = here.history(view.run.run_id)
    told = [entry for entry in entries if entry.type == "notification.sent"]
    assert len(told) == 1
    assert told[0].detail["message"] == "hello alice"
    assert [e.detail["step"] for e in entries if e.type == "step.completed"] == ["pause"]
    assert decide(here, "bob", task, "ok").run.status == "COMPLETED"


@pytest.mark.parametrize(
    ("spec", "expected"),
    [
        ({"duration": "PT2H"}, "2026-11-21T11:00:00.000Z"),
        ({"duration": "P3D"}, "2026-11-24T09:00:00.000Z"),
        ({"duration": "P1M"}, "2026-12-21T09:00:00.000Z"),
        ({"until": "2026-11-22T00:00:00Z"}, "2026-11-22T00:00:00.000Z"),
        ({"until": "2026-11-22T01:00:00+01:00"}, "2026-11-22T00:00:00.000Z"),
        ({"until": "2020-01-01T00:00:00Z"}, "2026-11-21T09:00:00.000Z"),
    ],
)
def test_deadlines(spec, expected):
    assert deadline(spec, START) == expected


@pytest.mark.parametrize(
    "spec",
    [
        {"duration": "soon"},
        {"until": "tomorrow"},
        {},
        {"duration": "P11Y"},
        {"until": "2099-01-01T00:00:00Z"},
        {"until": [1]},
    ],
)
def test_what_is_no_time_fails_the_step(spec):
    with pytest.raises(StepFailed):
        deadline(spec, START)
