"""Which outcomes mean no."""

import pytest

from signoff.runs.outcome import is_rejection
from tests.unit.functions.handlers import run


@pytest.mark.parametrize(
    "outcome", ["REJECTED", "rejected", "Rejected by finance", "reject", "DECLINED", "de-nied"]
)
def test_these_mean_no(outcome):
    ended = run()
    ended.status, ended.outcome = "COMPLETED", outcome
    assert is_rejection(ended)


@pytest.mark.parametrize("outcome", ["APPROVED", "", None, "NOT_REJECTED", "DECLINED_LATER"])
def test_these_do_not(outcome):
    ended = run()
    ended.status, ended.outcome = "COMPLETED", outcome
    assert not is_rejection(ended)


def test_a_run_that_has_not_ended_is_no_rejection():
    open_run = run()
    open_run.outcome = "REJECTED"
    assert not is_rejection(open_run)
