"""Fixtures: both tables in moto, nothing remembered from the test before, no network."""

from collections.abc import Callable, Iterator
from functools import cache
from typing import Any

import pytest

from signoff.definitions import machines
from signoff.definitions import store as definitions
from signoff.identity import authenticate
from signoff.identity.principal import Actor, Caller, Principal
from signoff.identity.scopes import ADMIN_SCOPES
from signoff.identity.settings import SettingsEntry
from signoff.storage import clients, store
from signoff.storage.table import Table
from tests.support.event_schemas import check_events
from tests.support.quick_moto import SharedClients, mock_aws

STATE, HISTORY = "state", "history"
ENVIRONMENT = {
    "AWS_ACCESS_KEY_ID": "testing",
    "AWS_SECRET_ACCESS_KEY": "testing",
    "AWS_DEFAULT_REGION": "eu-central-1",
    "STATE_TABLE": STATE,
    "HISTORY_TABLE": HISTORY,
    "STACK_NAME": "signoff",
    "MACHINE_ROLE_ARN": "arn:aws:iam::123456789012:role/machines",
    "MACHINE_LOG_GROUP_ARN": "arn:aws:logs:eu-central-1:123456789012:log-group:machines:*",
    **{
        f"STEP_{name}_ARN": f"arn:aws:lambda:eu-central-1:123456789012:function:{name}"
        for name in (
            "OPEN_TASKS",
            "ENTER_STEP",
            "ENTER_WAIT",
            "NOTIFY",
            "START_CHILD",
            "CALL_INTEGRATION",
            "FINISH_RUN",
        )
    },
}


def forget_clients() -> None:
    """Drop the container's clients, tables and remembered keys."""
    for cached in (clients.client, clients._session, store.state, store.history):
        cached.cache_clear()
    authenticate.forget_all()
    definitions.forget_versions()
    machines.forget_twins()


def create_table(name: str, sort_type: str = "S") -> None:
    """Make a table with the keys PK and SK."""
    clients.client("dynamodb").create_table(
        TableName=name,
        KeySchema=[
            {"AttributeName": "PK", "KeyType": "HASH"},
            {"AttributeName": "SK", "KeyType": "RANGE"},
        ],
        AttributeDefinitions=[
            {"AttributeName": "PK", "AttributeType": "S"},
            {"AttributeName": "SK", "AttributeType": sort_type},
        ],
        BillingMode="PAY_PER_REQUEST",
    )


@pytest.fixture
def aws(monkeypatch: pytest.MonkeyPatch, socket_disabled: None) -> Iterator[None]:
    """Empty state and history tables."""
    for name, value in ENVIRONMENT.items():
        monkeypatch.setenv(name, value)
    monkeypatch.delenv("AWS_ENDPOINT_URL", raising=False)
    monkeypatch.setattr(clients, "_session", cache(SharedClients))
    with mock_aws():
        forget_clients()
        create_table(STATE)
        create_table(HISTORY)
        yield
    forget_clients()


@pytest.fixture
def admin() -> Caller:
    """A caller who may do everything administrative in the tenant ``acme``."""
    return Caller(Principal("acme", ADMIN_SCOPES, "key-1", "Admin"), Actor("key:Admin"))


@pytest.fixture
def reads(aws: None, monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """What every read asks for from now on: a key, or a list of them."""
    seen: list[Any] = []
    read: Callable[..., Any] = Table.get
    read_many: Callable[..., Any] = Table.get_many

    def get(table: Table, key: Any) -> Any:
        seen.append(key)
        return read(table, key)

    def get_many(table: Table, keys: Any) -> Any:
        seen.append(list(keys))
        return read_many(table, keys)

    monkeypatch.setattr(Table, "get", get)
    monkeypatch.setattr(Table, "get_many", get_many)
    return seen


def settings_entries(tenant: str) -> list[dict[str, Any]]:
    """The tenant's settings history, oldest first; each entry is an event that schemas know."""
    items = list(store.history().query_all(f"T#{tenant}#SETTINGS"))
    check_events(SettingsEntry.from_item(item) for item in items)
    return items
