"""The world outside in this process: receivers, the queues' messages, and a clock that jumps.

Workers are called with what the queues would bring them, when they would. A message that failed
comes again when the factory of workers tells the queue to bring it, one whose worker died after the
queue's visibility timeout; after its fifth time it is dead.
"""

import json
import time
import uuid
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from signoff import clock
from signoff.contracts.events.cloudevents import to_cloud_event
from signoff.entrypoints.again import seconds_after
from signoff.entrypoints.worker import Message
from signoff.history.entry import HistoryEntry
from signoff.identity.settings import SettingsEntry, settings_partition, sortable_id
from signoff.outbound.client import Reply
from signoff.outbox.deliver import deliver
from signoff.outbox.fan_out import fan_out
from signoff.storage.store import history, state
from signoff.storage.transaction import Transaction
from signoff.webhooks.delivery import Delivery
from signoff.webhooks.rows import read_standing
from signoff.webhooks.secrets import new_secret, sealed_secret
from signoff.webhooks.subscription import Subscription, subscription_partition
from signoff.webhooks.sweep import sweep_deliveries
from tests.support.world import TENANT, Killed, World

LANES = ("deliveries", "slow")
VISIBILITY_SECONDS = 360
MOST_RECEIVES = 5
BATCH = 10

HOUR = 3600
DAY = 24 * HOUR


@dataclass
class Letter:
    """A message in a queue."""

    body: dict
    visible_at: datetime
    id: str = field(default_factory=lambda: uuid.uuid4().hex)
    receives: int = 0


@dataclass
class Request:
    """What a receiver was sent, and when."""

    at: datetime
    url: str
    headers: dict
    body: bytes

    @property
    def event(self) -> dict:
        return json.loads(self.body)


class Outside:
    """Make it with the fixture ``out``."""

    def __init__(self, here: World) -> None:
        self.here = here
        self.now = datetime(2026, 11, 21, 9, 0, tzinfo=UTC)
        self.events: list[Letter] = []
        self.lanes: dict[str, list[Letter]] = {name: [] for name in LANES}
        self.dead: list[Letter] = []
        self.receivers: dict[str, Callable[[Request], Reply]] = {}
        self.requests: list[Request] = []
        self.secrets: dict[str, str] = {}
        self.lost: Callable[[], bool] = lambda: False
        self.run_id = str(uuid.uuid4())
        self._sequence = 0

    # ------------------------------------------------------------- who is there, what happens

    def subscribe(self, receiver, *, types=("workflow.*",), **changes) -> Subscription:
        """A subscription whose requests ``receiver`` answers: a function, or a status for all."""
        id_, secret = sortable_id(), new_secret()
        made = Subscription(
            tenant=TENANT,
            subscription_id=id_,
            url=f"https://{id_}.example/hook",
            event_types=types,
            created_at=clock.timestamp(),
            created_by="owner",
            updated_at=clock.timestamp(),
            secret=sealed_secret(secret, TENANT, id_),
            **changes,
        )
        change = Transaction()
        change.put(state(), made.to_item())
        change.commit()
        self.secrets[id_] = secret
        self.receivers[made.url] = receiver if callable(receiver) else lambda _: Reply(receiver)
        return made

    def happen(self, number: int = 1) -> list[str]:
        """Entries of one run come to be, and the bus tells of them; answers their ids."""
        ids = []
        for _ in range(number):
            self._sequence += 1
            entry = HistoryEntry(
                tenant=TENANT,
                run_id=self.run_id,
                sequence=self._sequence,
                type="comment.added",
                at=clock.timestamp(),
                detail={"comment": f"Nr. {self._sequence}", "by": "bob"},
                definition_key="invoices",
                actor="bob",
            )
            put_entry(entry.to_item())
            self.announce(to_cloud_event(entry))
            ids.append(entry.id)
        return ids

    def announce(self, event: dict) -> None:
        """The bus puts an event into the queue."""
        self.events.append(Letter({"detail": event}, self.now))

    # ------------------------------------------------------------------------- what is to be seen

    def rows(self, subscription: Subscription) -> list[Delivery]:
        """All deliveries of a subscription, by the event's time."""
        partition = subscription_partition(TENANT, subscription.subscription_id)
        items = state().query_all(partition, prefix="D#")
        return [Delivery.from_item(item) for item in items]

    def statuses(self, subscription: Subscription) -> list[str]:
        return [row.status for row in self.rows(subscription)]

    def health(self, subscription: Subscription):
        return read_standing(TENANT, subscription.subscription_id)[1]

    def now_is(self, subscription: Subscription) -> Subscription:
        found, _ = read_standing(TENANT, subscription.subscription_id)
        assert found is not None
        return found

    def received(self, subscription: Subscription) -> list[str]:
        """Ids of the events that it was sent, in order, with every repetition."""
        return [each.headers["webhook-id"] for each in self.sent_to(subscription)]

    def sent_to(self, subscription: Subscription) -> list[Request]:
        return [each for each in self.requests if each.url == subscription.url]

    def told(self, kind: str) -> list[SettingsEntry]:
        """Entries of the tenant's settings of one type."""
        items = history().query_all(settings_partition(TENANT))
        entries = [SettingsEntry.from_item(item) for item in items]
        return [each for each in entries if each.type == kind]

    # --------------------------------------------------------------------------------- what runs

    def send(self, url: str, *, headers, body, on_slow, **_) -> Reply:
        """What stands in for the client."""
        self.here.faults.before("POST")
        request = Request(self.now, url, dict(headers), body)
        self.requests.append(request)
        reply = self.receivers[url](request)
        if reply.milliseconds > 1000:
            on_slow()
        self.here.faults.after()
        return reply

    def take(self, lane: str, entries: list[dict]) -> dict:
        """What stands in for SQS."""
        self.here.faults.before("SendMessageBatch")
        if not self.lost():
            for entry in entries:
                visible = self.now + timedelta(seconds=entry["DelaySeconds"])
                self.lanes[lane].append(Letter(json.loads(entry["MessageBody"]), visible))
        self.here.faults.after()
        return {}

    def run(self, seconds: float = 0, *, sweeping: bool = True) -> None:
        """Let time pass: messages come when they are due, and each minute the sweep runs."""
        end = self.now + timedelta(seconds=seconds)
        next_sweep = self.now + timedelta(seconds=60)
        while True:
            self.pump()
            following = [each.visible_at for each in self._letters()]
            if sweeping and seconds:
                following.append(next_sweep)
            moment = min(following, default=end + timedelta(1))
            if moment > end:
                self.now = end
                return
            self.now = max(self.now, moment)
            if sweeping and self.now >= next_sweep:
                self.sweep()
                next_sweep = max(self._worth_sweeping(), self.now + timedelta(seconds=60))

    def _worth_sweeping(self) -> datetime:
        """When the sweep next finds something: days pass without a call for every minute."""
        items = state_items()
        marks = [item["nudgeAt"]["S"] for item in items if "nudgeAt" in item]
        return min(map(datetime.fromisoformat, marks), default=self.now + timedelta(days=1))

    def sweep(self) -> dict[str, int]:
        return sweep_deliveries(time.monotonic() + 60)

    def pump(self) -> None:
        """Bring every visible message to its worker."""
        for _ in range(10_000):
            batch = self._visible(self.events)
            if batch:
                self._hand(self.events, batch, fan_out, "events")
                continue
            for lane, letters in self.lanes.items():
                batch = self._visible(letters)
                if batch:
                    self._hand(letters, batch, deliver, lane)
                    break
            else:
                return
        raise AssertionError("the queues never run empty")

    def pump_events(self) -> None:
        """Let the fan-out work, and nobody else."""
        while batch := self._visible(self.events):
            self._hand(self.events, batch, fan_out, "events")

    def _letters(self) -> list[Letter]:
        return [*self.events, *self.lanes["deliveries"], *self.lanes["slow"]]

    def _visible(self, letters: list[Letter]) -> list[Letter]:
        return [each for each in letters if each.visible_at <= self.now][:BATCH]

    def _hand(self, letters: list[Letter], batch: list[Letter], worker, queue: str) -> None:
        for letter in batch:
            letter.receives += 1
        messages = [Message(each.id, each.body, each.receives, queue) for each in batch]
        try:
            failed, died = set(worker(messages)), False
        except Killed:
            failed, died = {each.id for each in batch}, True
        for letter in batch:
            if letter.id not in failed:
                letters.remove(letter)
            elif letter.receives >= MOST_RECEIVES:
                letters.remove(letter)
                self.dead.append(letter)
            else:
                pause = VISIBILITY_SECONDS if died else seconds_after(letter.receives, 0.5)
                letter.visible_at = self.now + timedelta(seconds=pause)


def failing_until(moment: datetime, out: Outside, status: int = 500) -> Callable[[object], Reply]:
    """A receiver that answers ``status`` until some time."""
    return lambda _: Reply(status if out.now < moment else 200)


def event_ids(ids: Iterable[str]) -> list[str]:
    """What entries with these ids are called as events."""
    return [f"evt_{each.replace('-', '')}" for each in ids]


def put_entry(item: dict) -> None:
    """Commit an entry of history."""
    change = Transaction()
    change.put(history(), item)
    change.commit()


def state_items() -> list[dict]:
    """Everything in the state table."""
    from signoff.storage.clients import client

    return client("dynamodb").scan(TableName="state")["Items"]
