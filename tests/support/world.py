"""A whole Signoff in this process: the engine's own code over moto's tables.

``World`` gives every test fresh tables, made from template.yaml, machines that run
(``tests.support.machines``) and people to act. ``Faults`` kills a function before or after any
single call to AWS.
"""

import importlib
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import botocore.client

from signoff.compiler import compile_definition
from signoff.definition.loader import load_text
from signoff.definitions import machines
from signoff.definitions.head import DefinitionHead, PublishedVersion
from signoff.definitions.machines import machine_name, publish_machine, this_stack
from signoff.definitions.store import forget_versions
from signoff.entrypoints import operation
from signoff.history.entry import HistoryEntry
from signoff.history.store import read_history
from signoff.identity.principal import Actor, Caller, Principal
from signoff.identity.scopes import SCOPES
from signoff.limits import LONGEST_WAIT_SECONDS
from signoff.outbound import names
from signoff.runs.ids import derived_run_id
from signoff.runs.read import read_run
from signoff.runs.reconcile import reconcile
from signoff.runs.sweep import sweep
from signoff.sla.act import act_on_task
from signoff.storage import clients, store
from signoff.storage.sealed import forget_opened
from signoff.storage.transaction import Transaction
from tests.support.event_schemas import check_events
from tests.support.machines import Machines
from tests.support.quick_moto import SharedClients, mock_aws
from tests.support.sam import template
from tests.support.waiting import PATIENCE

TENANT = "acme"
STEPS = (
    "open_tasks",
    "enter_step",
    "enter_wait",
    "notify",
    "call_integration",
    "start_child",
    "finish_run",
)
ROOT = Path(__file__).resolve().parents[2]

ENVIRONMENT = {
    "AWS_ACCESS_KEY_ID": "testing",
    "AWS_SECRET_ACCESS_KEY": "testing",
    "AWS_DEFAULT_REGION": "us-east-1",
    "STATE_TABLE": "state",
    "HISTORY_TABLE": "history",
    "EVENT_BUS": "bus",
    "DOCUMENTS_BUCKET": "documents",
    "PUBLIC_URL": "https://signoff.example.com/",
    "STACK_NAME": "signoff-test",
    "MACHINE_ROLE_ARN": "arn:aws:iam::123456789012:role/machine",
    "POWERTOOLS_TRACE_DISABLED": "true",
    "POWERTOOLS_METRICS_DISABLED": "true",
} | {f"STEP_{name.upper()}_ARN": f"arn:step:{name}" for name in STEPS}


class Killed(BaseException):
    """The process died here; no ``except Exception`` sees it."""


class Faults:
    """Kills one chosen call to AWS: the ``at``-th of ``thread``'s, before or after it was made."""

    def __init__(self) -> None:
        self.seen: list[str] = []
        self._plan: tuple[int, bool] | None = None
        self._armed = threading.local()

    @contextmanager
    def watching(self, plan: tuple[int, bool] | None = None) -> Iterator["Faults"]:
        """Count (and with a plan kill) the calls that this thread makes inside."""
        self.seen, self._plan = [], plan
        self._armed.on = True
        try:
            yield self
        finally:
            self._armed.on = False
            self._plan = None

    def before(self, operation: str) -> None:
        """Called ahead of every call to AWS."""
        if getattr(self._armed, "on", False):
            self.seen.append(operation)
            if self._plan == (len(self.seen), False):
                raise Killed

    def after(self) -> None:
        """Called behind every call to AWS that worked."""
        if getattr(self._armed, "on", False) and self._plan == (len(self.seen), True):
            raise Killed


class World:
    """One tenant's Signoff. Make it with ``world()``."""

    def __init__(self) -> None:
        self.faults = Faults()
        self.handlers = {
            f"arn:step:{name}": importlib.import_module(f"steps.{name}").handler for name in STEPS
        }
        self.machines = Machines(dict(self.handlers))

    def publish(self, text: str) -> str:
        """Check, compile and store a definition; answers its key."""
        definition = load_text(text, "test").definition
        assert definition is not None, "the test's definition does not load"
        asl = compile_definition(definition).to_json()
        name = machine_name("signoff-test", TENANT, definition.key)
        arn = publish_machine(this_stack(), name, asl, "")
        document = definition.model_dump(mode="json", by_alias=True, exclude_none=True)
        initiators = document.get("initiators")
        common = {
            "definition_id": derived_run_id(definition.key),
            "tenant": TENANT,
            "key": definition.key,
            "name": definition.name,
            "version": int(arn.rpartition(":")[2]),
            "machine_arn": arn,
            "digest": "",
            "published_at": "",
            "published_by": "designer",
        }
        head = DefinitionHead(
            **common,
            description=None,
            category=None,
            enabled=True,
            initiator_groups=tuple(initiators["groups"]) if initiators else None,
            created_at="",
        )
        batch = Transaction()
        batch.put(store.state(), head.to_item())
        batch.put(store.state(), PublishedVersion(**common, document=document).to_item())
        batch.commit()
        return definition.key

    def caller(self, user: str, *groups: str, command: str | None = None) -> Caller:
        """A key that may do everything, speaking for ``user``."""
        principal = Principal(TENANT, frozenset(SCOPES), "key-1", "tests")
        return Caller(principal, Actor(user, groups), command)

    def history(self, run_id: str) -> list[HistoryEntry]:
        """Every entry of a run; each is an event that the formats' schemas know."""
        entries = read_history(TENANT, run_id).items
        check_events(entries)
        return entries

    def types(self, run_id: str) -> list[str]:
        """The types of a run's entries."""
        return [entry.type for entry in self.history(run_id)]

    def until(self, run_id: str, status: str, seconds: float = PATIENCE) -> None:
        """Wait, bounded, until a run has ``status``."""
        deadline = time.monotonic() + seconds
        while (found := read_run(TENANT, run_id).status) != status:
            assert time.monotonic() < deadline, f"the run is {found}, not {status}"
            time.sleep(0.02)

    def reconcile_all(self) -> None:
        """Deliver every status-change event so far."""
        while self.machines.ended:
            reconcile(self.machines.ended.pop(0))

    def sweep_now(self) -> dict[str, int]:
        """A sweep that takes fresh marks too, as if their grace had passed."""
        return sweep(time.monotonic() + 20, act_on_task)


@contextmanager
def world(monkeypatch: Any) -> Iterator[World]:
    """A fresh ``World`` over fresh tables."""
    for name, value in ENVIRONMENT.items():
        monkeypatch.setenv(name, value)
    # A busy machine may take longer to the next step than an answer waits for it unasked.
    monkeypatch.setattr(operation, "WAIT_SECONDS", float(LONGEST_WAIT_SECONDS))
    with mock_aws():
        forget()
        here = World()
        monkeypatch.setattr(clients, "_session", lambda: _Session(here))
        monkeypatch.setattr(names, "addresses_of", _nobodys)
        real = botocore.client.BaseClient._make_api_call
        lock = threading.RLock()

        def guarded(self: Any, operation: str, parameters: Any) -> Any:
            # moto's transactions are not safe under threads, and a kill must not fall inside one.
            here.faults.before(operation)
            with lock:
                answer = real(self, operation, parameters)
            here.faults.after()
            return answer

        monkeypatch.setattr(botocore.client.BaseClient, "_make_api_call", guarded)
        make_tables()
        clients.client("s3").create_bucket(Bucket="documents")
        for name in ("DELIVERIES", "SLOW_DELIVERIES"):
            queue = clients.client("sqs").create_queue(QueueName=name)
            monkeypatch.setenv(f"{name}_URL", queue["QueueUrl"])
        key = clients.client("kms").create_key()
        monkeypatch.setenv("SECRETS_KEY_ARN", key["KeyMetadata"]["Arn"])
        mac = clients.client("kms").create_key(KeySpec="HMAC_256", KeyUsage="GENERATE_VERIFY_MAC")
        monkeypatch.setenv("LINKS_KEY_ARN", mac["KeyMetadata"]["Arn"])
        try:
            yield here
        finally:
            here.machines.abort_all()
            forget()


def make_tables() -> None:
    """Both tables, as template.yaml describes them."""
    for logical, name in (("StateTable", "state"), ("HistoryTable", "history")):
        properties = template()["Resources"][logical]["Properties"]
        kept = ("BillingMode", "AttributeDefinitions", "KeySchema", "GlobalSecondaryIndexes")
        wanted = {key: properties[key] for key in kept if key in properties}
        clients.client("dynamodb").create_table(TableName=name, **wanted)


def _nobodys(host: str) -> list[str]:
    """No test asks the machine's resolver."""
    raise OSError(f"{host} does not resolve")


def forget() -> None:
    """Empty what a container remembers."""
    clients.client.cache_clear()
    store.state.cache_clear()
    store.history.cache_clear()
    forget_versions()
    forget_opened()
    machines._twins.clear()


def count_calls(seen: list[str]) -> Counter[str]:
    """Calls by operation."""
    return Counter(seen)


class _Session(SharedClients):
    """A botocore session in which Step Functions is the one of this process."""

    def __init__(self, here: World) -> None:
        self._here = here

    def create_client(self, service: str, **options: Any) -> Any:
        if service == "stepfunctions":
            return _Guarded(self._here)
        return super().create_client(service, region_name="us-east-1", **options)


class _Guarded:
    """The machines' client, its calls counted and killed like all others."""

    def __init__(self, here: World) -> None:
        self._here = here
        self.meta = here.machines.meta

    def __getattr__(self, name: str) -> Any:
        method = getattr(self._here.machines, name)

        def call(**arguments: Any) -> Any:
            self._here.faults.before(name)
            answer = method(**arguments)
            self._here.faults.after()
            return answer

        return call
