"""How long a person waits: J1, one after the other, by one client."""

from bench.bench import Bench
from bench.crowd import for_each
from bench.figure import Value, exactly, median, milliseconds, percentile
from bench.journey import CALLS, journey, publish

TITLE = "J1, one at a time: start, find the task, approve with a comment, read COMPLETED"
MEASURED_ON = "the local stack, over HTTP"

WARM_UP = 10


def measure(bench: Bench) -> list[Value]:
    """The median of each call and of all four; what was missed, late or wrong."""
    client, wanted = bench.stack(), bench.count(200, 30)
    publish(client)
    for_each(bench, range(WARM_UP), lambda _: journey(client, "ann"), clients=1, what="warm-ups")
    done = for_each(
        bench, range(wanted), lambda _: journey(client, "ann"), clients=1, what="journeys"
    )
    totals = [each.total for each in done.results]
    return [
        milliseconds(
            "in total, median",
            median(totals),
            p95=f"{percentile(totals, 95) * 1000:.1f} ms",
            journeys=len(totals),
        ),
        *(
            milliseconds(f"{call}, median", median([each.seconds[call] for each in done.results]))
            for call in CALLS
        ),
        exactly("task not in the first list read", sum(e.missed for e in done.results), 0),
        exactly("not COMPLETED at the first read", sum(e.late for e in done.results), 0),
        exactly("errors", done.failed, 0),
    ]
