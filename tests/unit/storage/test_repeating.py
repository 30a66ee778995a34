"""Commands that lose a race are repeated, within a bound."""

import pytest

from signoff.deadline import deadline
from signoff.errors import Busy
from signoff.storage.repeating import until_committed
from signoff.storage.transaction import ConditionFailed, Contended

KEY = ("T#acme#R#1", "RUN")


class Command:
    """Loses the races that it is told of, one after another, and then wins."""

    def __init__(self, *losses: Exception) -> None:
        self.attempts = 0
        self._losses = losses

    def __call__(self) -> str:
        self.attempts += 1
        if self.attempts <= len(self._losses):
            raise self._losses[self.attempts - 1]
        return "committed"


def never() -> None:
    """Somebody is always faster."""
    raise ConditionFailed(KEY)


def test_who_loses_reads_and_decides_again() -> None:
    command = Command(ConditionFailed(KEY), Contended(), Contended())
    assert until_committed(command) == "committed"
    assert command.attempts == 4


def test_who_wins_does_nothing_twice() -> None:
    command = Command()
    assert until_committed(command) == "committed"
    assert command.attempts == 1


def test_what_is_no_race_is_raised_as_it_is() -> None:
    command = Command(LookupError("gone"))
    with pytest.raises(LookupError):
        until_committed(command)
    assert command.attempts == 1


def test_who_never_wins_is_told_what_is_in_demand() -> None:
    with pytest.raises(Busy, match="The key is being changed by many at once; try again"):
        until_committed(never, "The key", seconds=0.01)


def test_the_work_at_hand_may_leave_less_time() -> None:
    with deadline(0.01), pytest.raises(Busy, match="The run"):
        until_committed(never)
