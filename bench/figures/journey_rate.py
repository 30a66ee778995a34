"""How many people it bears: J1 by 16 clients at once for 20 seconds.

Each client goes once beforehand: on two cores, the cold starts of sixteen containers of each
function take as long as the whole measurement, and say nothing about it. What goes wrong there is
an error all the same.
"""

import time

from bench.bench import Bench
from bench.crowd import Outcome, at_once, tell
from bench.figure import Value, exactly, milliseconds, percentile
from bench.journey import CALLS, Journey, journey, publish

TITLE = "J1 by 16 clients at once"
MEASURED_ON = "the local stack, over HTTP; the clients are threads of one process beside it"

CLIENTS = 16


def measure(bench: Bench) -> list[Value]:
    """Journeys a second, the 95th percentile, and what was missed, late or wrong."""
    client, seconds = bench.stack(), bench.count(20, 5)
    publish(client)
    bench.say(f"{CLIENTS} clients, once each, to warm up")
    warm = at_once(range(CLIENTS), lambda number: journey(client, assignee(number)))
    tell(bench, warm)
    bench.say(f"{CLIENTS} clients for {seconds} s")
    everything: Outcome[Journey] = Outcome()
    began = time.perf_counter()

    def one_client(number: int) -> None:
        while time.perf_counter() - began < seconds:
            everything.attempt(lambda: journey(client, assignee(number)))

    at_once(range(CLIENTS), one_client)
    took = time.perf_counter() - began
    tell(bench, everything)
    done = everything.results
    totals = [each.total for each in done]
    return [
        Value(
            "rate",
            round(len(done) / took, 1),
            "journeys/s",
            more={"calls": f"{len(done) * len(CALLS) / took:.0f}/s", "journeys": len(done)},
        ),
        milliseconds(
            "in total, p95",
            percentile(totals, 95),
            median=f"{percentile(totals, 50) * 1000:.0f} ms",
        ),
        *(
            milliseconds(f"{call}, p95", percentile([each.seconds[call] for each in done], 95))
            for call in CALLS
        ),
        exactly(
            "task not in the first list read",
            sum(each.missed for each in [*warm.results, *done]),
            0,
        ),
        exactly("errors", everything.failed + warm.failed, 0),
        Value("not COMPLETED at the first read", sum(each.late for each in done)),
    ]


def assignee(number: int) -> str:
    """Whom the client with this number speaks for."""
    return f"assignee-{number:02d}"
