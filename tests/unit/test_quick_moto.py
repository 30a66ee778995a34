"""tests/support/quick_moto.py: what it spares changes no answer."""

from __future__ import annotations

import copy
from collections.abc import Iterator
from typing import Any

import pytest
from botocore.config import Config
from botocore.exceptions import ClientError
from moto.core.serialize import JSONSerializer
from moto.core.utils import get_service_model
from moto.dynamodb.models.table import Table

from tests.support.quick_moto import ItemSerializer, KeyPair, SharedClients, mock_aws

KEYS = {"hash": {"S": "a"}, "range": {"S": "1"}}

ITEM: dict[str, dict[str, Any]] = {
    "text": {"S": "über 📄"},
    "no text": {"S": ""},
    "number": {"N": "-1.5E+30"},
    "bytes": {"B": b"\x00\xff"},
    "no bytes": {"B": b""},
    "yes": {"BOOL": True},
    "no": {"BOOL": False},
    "nothing": {"NULL": True},
    "texts": {"SS": ["a", ""]},
    "numbers": {"NS": ["0", "12345678901234567890123456789012345678"]},
    "many bytes": {"BS": [b"a", b""]},
    "no list": {"L": []},
    "no map": {"M": {}},
}
ITEM["list"] = {"L": list(ITEM.values())}
ITEM["map"] = {"M": {**ITEM, "S": {"S": "a name like a type's"}, "deeper": {"M": {**ITEM}}}}


def test_an_item_is_written_as_moto_writes_it() -> None:
    operation = get_service_model("dynamodb").operation_model("GetItem")

    quick, plain = (
        made(operation_model=operation).serialize({"Item": ITEM})
        for made in (ItemSerializer, JSONSerializer)
    )

    assert quick == plain


@pytest.mark.parametrize("odd", [{"S": 1}, {"N": 5}, {"BOOL": "true"}, {"S": "a", "N": "1"}, {}])
def test_what_is_not_in_the_form_of_the_wire_is_left_to_moto(odd: dict[str, Any]) -> None:
    operation = get_service_model("dynamodb").operation_model("GetItem")
    answer = {"Item": {"odd": odd, "deeper": {"L": [{"S": "even"}, odd]}}}

    quick, plain = (
        made(operation_model=operation).serialize(answer)
        for made in (ItemSerializer, JSONSerializer)
    )

    assert quick == plain


@pytest.fixture
def dynamodb(monkeypatch: pytest.MonkeyPatch, socket_disabled: None) -> Iterator[Any]:
    """A client, and tables with both keys (``both``) and with one (``one``)."""
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "testing")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "testing")
    with mock_aws():
        client = SharedClients().create_client("dynamodb", region_name="us-east-1")
        for table, names in (("both", ["hash", "range"]), ("one", ["hash"])):
            client.create_table(
                TableName=table,
                KeySchema=[{"AttributeName": name, "KeyType": name.upper()} for name in names],
                AttributeDefinitions=[
                    {"AttributeName": name, "AttributeType": "S"} for name in names
                ],
                BillingMode="PAY_PER_REQUEST",
            )
            client.put_item(TableName=table, Item={k: KEYS[k] for k in names} | {"n": {"N": "1"}})
        yield client


def count(table: str) -> dict[str, Any]:
    """An update that adds one to the row's number."""
    names = ["hash", "range"] if table == "both" else ["hash"]
    return {
        "TableName": table,
        "Key": {name: KEYS[name] for name in names},
        "UpdateExpression": "SET n = n + :one",
        "ExpressionAttributeValues": {":one": {"N": "1"}},
    }


def rows(client: Any) -> dict[str, Any]:
    """Everything in both tables."""
    return {table: client.scan(TableName=table)["Items"] for table in ("both", "one")}


REFUSED = {"Delete": {"TableName": "both", "Key": KEYS | {"range": {"S": "2"}}}}
REFUSED["Delete"] |= {"ConditionExpression": "attribute_exists(n)"}


def test_a_refused_transaction_leaves_every_row_as_it_was(dynamodb: Any) -> None:
    before = rows(dynamodb)
    new = {"Put": {"TableName": "both", "Item": KEYS | {"range": {"S": "3"}}}}
    gone = {"Delete": {"TableName": "one", "Key": {"hash": {"S": "a"}}}}

    for writes in ([{"Update": count("one")}], [gone]):
        with pytest.raises(ClientError) as refusal:
            dynamodb.transact_write_items(
                TransactItems=[{"Update": count("both")}, *writes, new, REFUSED]
            )

        reasons = [each["Code"] for each in refusal.value.response["CancellationReasons"]]
        assert reasons == ["None", "None", "None", "ConditionalCheckFailed"]
        assert rows(dynamodb) == before


def test_a_transaction_that_is_taken_changes_every_row(dynamodb: Any) -> None:
    dynamodb.transact_write_items(TransactItems=[{"Update": count(t)} for t in ("both", "one")])

    assert [row["n"] for held in rows(dynamodb).values() for row in held] == [{"N": "2"}] * 2


def test_a_snapshot_keeps_what_an_update_changes_afterwards(dynamodb: Any) -> None:
    from moto.dynamodb.models import dynamodb_backends

    tables = dynamodb_backends["123456789012"]["us-east-1"].tables
    taken: dict[str, Table] = {name: copy.deepcopy(tables[name]) for name in ("both", "one")}

    for name in taken:
        dynamodb.update_item(**count(name))

    for name, table in taken.items():
        assert [item.attrs["n"].value for item in table.all_items()] == ["1"]
        assert [item.attrs["n"].value for item in tables[name].all_items()] == ["2"]


def test_a_key_pair_is_made_when_somebody_signs() -> None:
    pair = KeyPair("ECC_NIST_P256")

    signature = pair.sign(b"message", "ECDSA_SHA_256")

    assert pair.verify(b"message", signature, "ECDSA_SHA_256")
    assert not pair.verify(b"another", signature, "ECDSA_SHA_256")


def test_a_client_is_shared_by_who_would_make_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    def client(**settings: Any) -> Any:
        config = Config(**settings)
        return SharedClients().create_client("sqs", config=config, region_name="us-east-1")

    made = client(read_timeout=7)
    assert client(read_timeout=7) is made
    assert client(read_timeout=8) is not made
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:1")
    assert client(read_timeout=7).meta.endpoint_url == "http://127.0.0.1:1"
