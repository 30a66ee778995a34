"""Delays between attempts, as the Amazon States Language defines them for a Retrier."""

from __future__ import annotations

import pytest

from signoff_local.mends.states_tasks import delay


@pytest.mark.parametrize(
    ("retrier", "expected"),
    [
        ({}, [1, 2, 4, 8]),
        ({"IntervalSeconds": 3, "BackoffRate": 1.5}, [3, 4.5, 6.75]),
        ({"IntervalSeconds": 5, "MaxDelaySeconds": 12}, [5, 10, 12, 12]),
        ({"JitterStrategy": "NONE"}, [1, 2]),
    ],
)
def test_the_delay_grows_and_is_bounded(retrier: dict[str, object], expected: list[float]) -> None:
    assert [delay(retrier, count) for count in range(len(expected))] == expected


def test_full_jitter_takes_anything_up_to_the_delay() -> None:
    found = [delay({"IntervalSeconds": 8, "JitterStrategy": "FULL"}, 1) for _ in range(200)]

    assert all(0 <= seconds <= 16 for seconds in found)
    assert len(set(found)) > 100
