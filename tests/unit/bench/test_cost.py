"""The bill of J1: what is counted, and that the sum is the sum."""

from collections import Counter

import pytest

from bench import cost, prices


@pytest.fixture(scope="module")
def counted() -> cost.Counted:
    return cost.count()


def test_everything_that_is_billed_is_counted(counted: cost.Counted) -> None:
    assert counted.states == ("Review", "Review.end")
    assert counted.requests == 4
    assert counted.events == counted.records == 6
    assert Counter(name for name, _ in counted.invocations) == {
        **dict.fromkeys(("startRun", "listMyWorklist", "decideTask", "getFlow"), 1),
        **dict.fromkeys(("open_tasks", "finish_run"), 1),
        "publish_events": 4,
    }
    # An entry is two units, in the index by time one, and in that by actor one for a person's.
    assert counted.writes["history"] == 12
    assert counted.writes["trail-by-time"] == 6
    assert counted.writes["trail-by-actor"] == 2
    assert counted.calls["TransactWriteItems"] == 4
    assert counted.logged > 1_000


def test_the_bill_is_the_counts_times_the_prices(counted: cost.Counted) -> None:
    lines = {line.thing: line for line in cost.bill(counted, start_ms=0, call_ms=0, settle_ms=500)}
    assert lines[prices.TRANSITION.thing].dollars == pytest.approx(50)
    assert lines[prices.EVENT.thing].dollars == pytest.approx(6)
    assert lines[prices.COMPUTE.thing].quantity == pytest.approx(1.0)
    assert lines[prices.COMPUTE.thing].dollars == pytest.approx(13.3334)
    text = cost.table("flow", list(lines.values()))
    assert f"{sum(line.dollars for line in lines.values()):.2f}" in text
    assert prices.REGION in text
    assert prices.LOOKED_UP in text
