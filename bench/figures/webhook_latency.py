"""How soon an event is there: from the answer to the commit until the receiver has the request.

One event at a time, so nothing queues: what is left is the way through stream, outbox, bus, queue,
fan-out, queue and signer.
"""

import time
import uuid
from functools import partial

from bench.bench import Bench
from bench.figure import Value, exactly, median, milliseconds, percentile
from bench.webhooks import place
from tests.support.commits import commit_one
from tests.support.many_events import subscribe
from tests.support.subscribers import subscribers
from tests.support.waiting import until

TITLE = "Commit to delivery: an event to one webhook, one at a time"
MEASURED_ON = "the local stack; the receiver is a server beside it"

WARMING = 20


def measure(bench: Bench) -> list[Value]:
    """The median and the 95th percentile, from the commit's answer to the request's arrival."""
    here, events = place(bench.stack()), bench.count(300, 40)
    waits = []
    with subscribers("well") as (one,):
        subscribe(here, one)
        run_id = str(uuid.uuid4())
        for number in range(WARMING + events):
            made = commit_one(here.dynamodb, here.history, here.tenant, run_id, number + 1)
            until(partial(one.first.get, made.event_id))
            if number >= WARMING:
                waits.append(one.first[made.event_id] - made.at)
            bench.progress(number, WARMING + events, "events")
            time.sleep(0.02)  # the workers of this one end before the next begins
        here.admin("DELETE", f"/{one.webhook_id}", None)
        wrong = one.forged + sum(count - 1 for count in one.got.values())
    return [
        milliseconds("median", median(waits), events=events),
        milliseconds("p95", percentile(waits, 95)),
        exactly("doubled, or not rightly signed", wrong, 0),
    ]
