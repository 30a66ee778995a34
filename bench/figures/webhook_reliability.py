"""Many events to 20 webhooks of which three are dead: one answers 500, one hangs, one refuses.

First all 20 are well, so that it can be seen whether the three that die slow the 17. 1,000 events
unless SIGNOFF_EVENTS says how many: 10,000 are 400,000 deliveries, an hour for two cores.
"""

import os

from bench.bench import Bench
from bench.figure import Value, exactly, median, milliseconds
from bench.webhooks import place
from tests.support.many_events import DEAD, experiment

TITLE = "Many events to 20 webhooks of which three are dead"
MEASURED_ON = "the local stack; the receivers are threads of one server beside it"

WELL = 17
PATIENCE = 300.0


def measure(bench: Bench) -> list[Value]:
    """What was lost, doubled or strange; and how long the 17 took with and without the three."""
    here = place(bench.stack())
    events = int(os.environ.get("SIGNOFF_EVENTS") or bench.count(1_000, 100))

    every = WELL + len(DEAD)
    bench.say(f"{events:,} events to {every} webhooks that are well")
    well = experiment(here, events, every, dead=(), patience=PATIENCE, say=bench.now_and_then)
    bench.say(f"{events:,} events to {WELL} that are well and {len(DEAD)} that are dead")
    came = experiment(here, events, WELL, DEAD, patience=PATIENCE, say=bench.now_and_then)
    return [
        Value("deliveries", came.pairs, more={"events": events}),
        exactly("lost", came.lost + well.lost, 0),
        exactly("under an id that nothing has", came.strange + well.strange, 0),
        exactly("not rightly signed", came.forged + well.forged, 0),
        Value("came more than once, under its id", came.doubled + well.doubled),
        Value("tries at the dead, until the others had all", came.tries),
        Value("20 that are well", round(well.seconds, 1), "s"),
        Value("17 beside three that are dead", round(came.seconds, 1), "s"),
        Value("the dead slow the others", round(came.seconds / well.seconds, 2), "times"),
        milliseconds("commit to delivery, all well, median", median(well.waits)),
        milliseconds("commit to delivery beside the dead, median", median(came.waits)),
    ]
