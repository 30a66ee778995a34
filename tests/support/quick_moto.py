"""moto, with less work for each call: the same answers from the same tables.

Every test that keeps anything keeps it in moto, so what a call costs there is what the suite costs.
Three things made most of it, and none of them is ever looked at:

- an RSA key for every key of KMS, symmetric ones too: here it is made when one signs with it;
- for every value of an item, a search for each of the ten types that it could have, by all the
  names that a Python object might give it: here its one type is taken;
- for every transaction, deep copies of whole tables to go back to: here the rows are shared, and an
  update writes to a copy of its row.

Import ``mock_aws`` from here instead of from moto. tests/unit/test_quick_moto.py holds both to the
same answers. ``SharedClients`` spares each test the making of its clients too.
"""

from __future__ import annotations

import base64
import copy
import os
from collections import defaultdict
from typing import Any, ClassVar

import botocore.session
from moto import mock_aws
from moto.core import serialize
from moto.dynamodb.models import DynamoDBBackend, Item
from moto.dynamodb.models.table import Table
from moto.kms import models as kms

__all__ = ["SharedClients", "mock_aws"]


class SharedClients:
    """A botocore session whose clients are those of all tests in this process.

    To make one takes as long as some hundred calls to it, and what it is depends on its options and
    the environment's region and address alone; moto has what it answers.
    """

    _made: ClassVar[dict[tuple[Any, ...], Any]] = {}

    def create_client(self, service: str, config: Any = None, **options: Any) -> Any:
        """The client that a session would make."""
        described = repr(sorted(vars(config).items(), key=str)) if config else None
        names = ("AWS_DEFAULT_REGION", "AWS_ENDPOINT_URL")
        surroundings = tuple(os.environ.get(name) for name in names)
        key = (service, described, *sorted(options.items()), *surroundings)
        if key not in self._made:
            session = botocore.session.get_session()
            self._made[key] = session.create_client(service, config=config, **options)
        return self._made[key]


class KeyPair:
    """A private key of KMS that is made once somebody uses it."""

    def __init__(self, key_spec: str) -> None:
        self._key_spec = key_spec
        self._made: Any = None

    def __getattr__(self, name: str) -> Any:
        if self._made is None:
            self._made = _generate_private_key(self._key_spec)
        return getattr(self._made, name)


class _Unusual(Exception):
    """A value that is not in the form of the wire."""


def wire(value: Any) -> dict[str, Any]:
    """A value of an item as JSON has it; raises ``_Unusual`` for what moto should look at."""
    if not isinstance(value, dict) or len(value) != 1:
        raise _Unusual
    ((kind, held),) = value.items()
    return {kind: _READ.get(kind, _refuse)(held)}


def _refuse(held: Any) -> Any:
    raise _Unusual


def _text(held: Any) -> str:
    return held if type(held) is str else _refuse(held)


def _truth(held: Any) -> bool:
    return held if type(held) is bool else _refuse(held)


def _bytes(held: Any) -> str:
    return base64.b64encode(held).decode() if type(held) is bytes else _refuse(held)


_READ = {
    "S": _text,
    "N": _text,
    "B": _bytes,
    "BOOL": _truth,
    "NULL": _truth,
    "SS": lambda held: [_text(each) for each in held],
    "NS": lambda held: [_text(each) for each in held],
    "BS": lambda held: [_bytes(each) for each in held],
    "L": lambda held: [wire(each) for each in held],
    "M": lambda held: {key: wire(each) for key, each in held.items()},
}


class ItemSerializer(serialize.JSONSerializer):
    """The JSON of DynamoDB's answers."""

    def _serialize_type_structure(self, serialized: Any, value: Any, shape: Any, key: str) -> None:
        if shape.name == "AttributeValue":
            try:
                plain = wire(value)
            except _Unusual:
                pass
            else:
                self._default_serialize(serialized, plain, shape, key)
                return
        super()._serialize_type_structure(serialized, value, shape, key)


def snapshot(table: Table, memo: dict[int, Any]) -> Table:
    """The table as it is now; whatever happens to the original, it keeps its rows."""
    taken: Table = Table.__new__(Table)
    taken.__dict__.update(table.__dict__)
    taken.items = defaultdict(dict)
    for key, rows in table.items.items():
        taken.items[key] = dict(rows) if isinstance(rows, dict) else rows
    taken.stream_shard = copy.deepcopy(table.stream_shard, memo)
    return taken


def update_item(
    backend: DynamoDBBackend, table_name: str, key: dict[str, Any], *rest: Any, **more: Any
) -> Item:
    """moto's own, which changes a row in its place, on a row that no snapshot shares."""
    table = backend.get_table(table_name)
    if all(name in key for name in table.table_key_attrs):
        hash_key, range_key = backend.get_keys_value(table, key)
        rows = table.items.get(hash_key)
        if isinstance(rows, Item):
            table.items[hash_key] = copy.deepcopy(rows)
        elif rows and range_key in rows:
            rows[range_key] = copy.deepcopy(rows[range_key])
    return _update_item(backend, table_name, key, *rest, **more)


_generate_private_key = kms.generate_private_key
_update_item = DynamoDBBackend.update_item

kms.generate_private_key = KeyPair
serialize.SERVICE_SPECIFIC_SERIALIZERS.setdefault("dynamodb", {})["json"] = ItemSerializer
Table.__deepcopy__ = snapshot
DynamoDBBackend.update_item = update_item
