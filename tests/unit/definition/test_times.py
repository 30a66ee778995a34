"""Durations and timestamps."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from signoff.definition.times import add_duration, parse_duration, parse_timestamp


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("PT5S", 5),
        ("PT0.5S", 0.5),
        ("PT1,5M", 90),
        ("PT1H30M", 5400),
        ("P1D", 86_400),
        ("P2W", 1_209_600),
        ("P1DT12H", 129_600),
        ("PT0S", 0),
    ],
)
def test_durations(text: str, seconds: float) -> None:
    assert parse_duration(text) == seconds


@pytest.mark.parametrize(
    "text",
    [
        "",
        "P",
        "PT",
        "P1",
        "1D",
        "PT1D",
        "P1H",
        "p1d",
        "P-1D",
        "-P1D",
        "P1DT",
        "P1D ",
        "P1D\n",
        "PT1",
        "P1M",
        "P1Y",
        "P0.5M",
        "P4000D",
        "P9999999999D",
        "P\u0661D",
    ],
)
def test_what_is_no_duration_of_fixed_length(text: str) -> None:
    with pytest.raises(ValueError, match=r"duration|years|month"):
        parse_duration(text)


@pytest.mark.parametrize(
    ("start", "text", "end"),
    [
        ("2024-01-31", "P1M", "2024-02-29"),
        ("2023-01-31", "P1M", "2023-02-28"),
        ("2024-02-29", "P1Y", "2025-02-28"),
        ("2024-11-30", "P3M", "2025-02-28"),
        ("2024-12-31", "P1M", "2025-01-31"),
        ("2024-01-31", "P1M1D", "2024-03-01"),
        ("2024-01-01", "P10Y", "2034-01-01"),
    ],
)
def test_months_and_years_go_by_the_calendar(start: str, text: str, end: str) -> None:
    begin = datetime.fromisoformat(f"{start}T08:00:00+00:00")
    assert add_duration(begin, text) == datetime.fromisoformat(f"{end}T08:00:00+00:00")


@pytest.mark.parametrize("text", ["P0.3Y", "P1.5M", "P11Y", "P121M", "soon"])
def test_what_is_no_duration_at_all(text: str) -> None:
    with pytest.raises(ValueError, match=r"duration|years|month"):
        add_duration(datetime(2024, 1, 1, tzinfo=UTC), text)


@given(st.datetimes(datetime(2000, 1, 1), datetime(2100, 1, 1)), st.integers(0, 10**8))
def test_a_fixed_duration_is_a_difference(start: datetime, seconds: int) -> None:
    assert add_duration(start, f"PT{seconds}S") - start == timedelta(seconds=seconds)


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("2030-01-31T09:00:00Z", datetime(2030, 1, 31, 9, tzinfo=UTC)),
        ("2030-01-31t09:00:00z", datetime(2030, 1, 31, 9, tzinfo=UTC)),
        ("2030-01-31T09:00:00+01:00", datetime(2030, 1, 31, 8, tzinfo=UTC)),
        (
            "2030-01-31T09:00:00.123456789-00:30",
            datetime(2030, 1, 31, 9, 30, 0, 123456, tzinfo=UTC),
        ),
    ],
)
def test_timestamps(text: str, moment: datetime) -> None:
    assert parse_timestamp(text) == moment


@pytest.mark.parametrize(
    "text",
    [
        "2030-01-31",
        "2030-01-31T09:00:00",
        "2030-02-30T09:00:00Z",
        "2030-01-31 09:00:00Z",
        "20300131T090000Z",
        "2030-01-31T25:00:00Z",
        "2030-01-31T09:00:00+25:00",
        "0001-01-01T00:00:00+01:00",
        "now",
        "",
    ],
)
def test_what_is_no_timestamp(text: str) -> None:
    with pytest.raises(ValueError, match=r"timestamp|range|must be|month|hour|day|offset"):
        parse_timestamp(text)
