"""mends/states_expressions.py: what the second counts that an expression may take."""

from __future__ import annotations

import itertools
from types import SimpleNamespace

import jsonata
import pytest
from jsonata import timebox
from jsonata.jexception import JException

from signoff_local.mends import states_expressions

ONE_SECOND = 1000


def evaluate() -> object:
    return jsonata.Jsonata.jsonata("$sum([1..10])", timeout=ONE_SECOND).evaluate(None)


@pytest.fixture
def slow_wall(monkeypatch: pytest.MonkeyPatch) -> None:
    """A minute passes on the wall between any two looks at its clock: the machine is busy."""
    minutes = itertools.count(0, 60)
    monkeypatch.setattr(timebox, "time", SimpleNamespace(time=lambda: next(minutes)))


@pytest.mark.usefixtures("slow_wall")
def test_waiting_for_a_turn_counts_without_the_mend() -> None:
    with pytest.raises(JException, match="Evaluation timeout"):
        evaluate()


@pytest.mark.usefixtures("slow_wall")
def test_waiting_for_a_turn_does_not_count(monkeypatch: pytest.MonkeyPatch) -> None:
    check = states_expressions.check_runaway
    monkeypatch.setattr(timebox.Timebox, "check_runaway", check)

    assert evaluate() == 55


def test_work_of_more_than_a_second_still_counts(monkeypatch: pytest.MonkeyPatch) -> None:
    seconds = itertools.count(0.0, 0.6)
    fake = SimpleNamespace(thread_time=lambda: next(seconds))
    monkeypatch.setattr(states_expressions, "time", fake)
    monkeypatch.setattr(timebox.Timebox, "check_runaway", states_expressions.check_runaway)

    with pytest.raises(JException, match="Evaluation timeout"):
        evaluate()
