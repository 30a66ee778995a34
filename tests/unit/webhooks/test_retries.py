"""When a delivery that failed is tried again."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from signoff.webhooks.retries import ATTEMPTS, DELAYS, next_delay, retry_after

NOW = datetime(2026, 11, 21, 9, 0, tzinfo=UTC)
HOUR = 3600


def test_the_schedule_is_the_one_that_is_promised():
    planned = [next_delay(attempts, 0.5) for attempts in range(1, ATTEMPTS)]
    hours = [2 * HOUR, 5 * HOUR, 10 * HOUR, 14 * HOUR, 20 * HOUR, 24 * HOUR]
    assert planned == pytest.approx([5, 300, 1800, *hours])
    assert next_delay(ATTEMPTS, 0.5) is None
    assert next_delay(ATTEMPTS, 0.5, asked=60) is None


@given(st.integers(1, len(DELAYS)), st.floats(0, 1))
def test_jitter_is_a_tenth_to_both_sides(attempts, chance):
    planned = next_delay(attempts, chance)
    assert planned is not None
    assert 0.899 * DELAYS[attempts - 1] <= planned <= 1.101 * DELAYS[attempts - 1]


@given(st.integers(1, len(DELAYS)), st.floats(0, 1), st.floats(0, 86_400))
def test_nobody_comes_before_the_time_that_was_asked_for(attempts, chance, asked):
    planned = next_delay(attempts, chance, asked)
    assert planned is not None
    assert planned >= asked
    assert planned <= 1.1 * max(asked, DELAYS[attempts - 1]) + 0.01


@pytest.mark.parametrize(
    ("value", "seconds"),
    [
        ("120", 120),
        (" 0 ", 0),
        ("999999999999999999999999", 86_400),
        ("Sat, 21 Nov 2026 09:05:00 GMT", 300),
        ("Sat, 21 Nov 2026 08:00:00 GMT", 0),
        ("Sat, 21 Nov 2037 08:00:00 GMT", 86_400),
        ("Saturday, 21-Nov-26 09:05:00 GMT", 300),
        ("", None),
        ("soon", None),
        ("-5", None),
        ("1.5", None),
        ("١٢", None),
        ("Sat, 99 Nov 2026 09:05:00 GMT", None),
    ],
)
def test_retry_after_is_seconds_or_a_date_and_bounded(value, seconds):
    assert retry_after({"retry-after": value}, NOW) == seconds


def test_no_header_asks_for_nothing():
    assert retry_after({}, NOW) is None
