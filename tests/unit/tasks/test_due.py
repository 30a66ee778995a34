"""Where a task stands against its deadline."""

import pytest

from signoff.tasks.due import sla_status
from tests.unit.functions.handlers import task

WARN, DUE = "2026-11-22T08:00:00.000Z", "2026-11-22T10:00:00.000Z"


@pytest.mark.parametrize(
    ("at", "status"),
    [
        ("2026-11-22T07:59:59.999Z", "ok"),
        (WARN, "warning"),
        ("2026-11-22T09:59:59.999Z", "warning"),
        (DUE, "breached"),
        ("2027-01-01T00:00:00.000Z", "breached"),
    ],
)
def test_green_amber_red(at, status):
    assert sla_status(task(due_at=DUE, warn_at=WARN), at) == status


def test_without_a_warning_it_is_green_until_red():
    assert sla_status(task(due_at=DUE), WARN) == "ok"
    assert sla_status(task(due_at=DUE), DUE) == "breached"


def test_without_a_deadline_there_is_no_such_status():
    assert sla_status(task(), DUE) is None
