"""The local stack's state table: filled without the API, read by the product in this process."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from bench.client import Client, Unexpected
from signoff.storage import clients, store
from signoff.storage.values import Item, marshal
from signoff_local import home
from signoff_local.clients import client as aws

BATCH = 25  # BatchWriteItem: items per call
ROUNDS = 20  # of a batch, for what it left unprocessed


def state_table(stack: Client) -> str:
    """The table's name."""
    found = aws("cloudformation", stack.port).describe_stack_resource(
        StackName=home.STACK, LogicalResourceId="StateTable"
    )
    return str(found["StackResourceDetail"]["PhysicalResourceId"])


def put(dynamodb: Any, table: str, items: Sequence[Item]) -> None:
    """Write up to 25 items. Raises Unexpected where DynamoDB does not take them."""
    wanted: dict[str, Any] = {table: [{"PutRequest": {"Item": marshal(item)}} for item in items]}
    for _ in range(ROUNDS):
        wanted = dynamodb.batch_write_item(RequestItems=wanted).get("UnprocessedItems") or {}
        if not wanted:
            return
        time.sleep(0.1)
    raise Unexpected("DynamoDB does not take the items")


@contextmanager
def product(stack: Client, table: str) -> Iterator[None]:
    """The engine's own storage in this process, pointed at the stack's table."""
    settings = {
        "AWS_ENDPOINT_URL": stack.settings["endpoint_url"],
        "AWS_DEFAULT_REGION": stack.settings["region"],
        "AWS_ACCESS_KEY_ID": home.ACCESS_KEY,
        "AWS_SECRET_ACCESS_KEY": home.SECRET_KEY,
        "STATE_TABLE": table,
    }
    before = {name: os.environ.get(name) for name in settings}
    caches = (clients._session, clients.client, store.state)
    os.environ.update(settings)
    for cache in caches:
        cache.cache_clear()
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                os.environ.pop(name)
            else:
                os.environ[name] = value
        for cache in caches:
            cache.cache_clear()
