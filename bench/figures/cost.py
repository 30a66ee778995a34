"""What a million of J1 cost at list prices: what is counted, times bench/prices.py."""

from bench import cost, prices
from bench.bench import Bench
from bench.figure import Value, at_most, exactly

TITLE = f"A million of J1 at AWS's list prices ({prices.REGION}, {prices.LOOKED_UP})"
MEASURED_ON = "this process: everything that AWS bills counted over moto; Lambda's time assumed"

MOST_WRITE_UNITS = 90
MOST_READ_UNITS = 25


def measure(_bench: Bench) -> list[Value]:
    """The bill, and the counts that it must not exceed."""
    counted = cost.count()
    lines = cost.bill(counted)
    return [
        Value("in all", round(sum(line.dollars for line in lines), 2), "$"),
        *(
            Value(line.thing, round(line.dollars, 2), "$", more={"each": f"{line.quantity:g}"})
            for line in lines
        ),
        exactly("state transitions", counted.transitions, 2),
        at_most("write request units", sum(counted.writes.values()), MOST_WRITE_UNITS),
        at_most("read request units", round(sum(counted.reads.values())), MOST_READ_UNITS),
    ]
