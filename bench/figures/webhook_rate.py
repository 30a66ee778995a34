"""How many deliveries a second the stack makes, of one webhook, of 20 and of 200.

All events are committed at once, and about as many deliveries come of them each time. From the
first commit to the last arrival, so what the outbox and the fan-out take is in it.
"""

from bench.bench import Bench
from bench.figure import Value, exactly
from bench.webhooks import place
from tests.support.many_events import experiment

TITLE = "Deliveries a second, to 1, 20 and 200 webhooks that are well"
MEASURED_ON = "the local stack; the receivers are threads of one server beside it"


def measure(bench: Bench) -> list[Value]:
    """The rate for each number of webhooks, and what went wrong."""
    here, wanted = place(bench.stack()), bench.count(2_000, 400)
    values, lost, forged = [], 0, 0
    for webhooks in (1, 20, 200):
        events = max(1, wanted // webhooks)
        bench.say(f"{events} events to {webhooks} webhooks")
        came = experiment(here, events, webhooks, dead=())
        lost += came.lost
        forged += came.forged
        rate = round(came.pairs / came.seconds, 1)
        more = {"events": events, "doubled": came.doubled}
        values.append(Value(f"{webhooks} webhooks", rate, "deliveries/s", more=more))
    return [*values, exactly("lost", lost, 0), exactly("not rightly signed", forged, 0)]
