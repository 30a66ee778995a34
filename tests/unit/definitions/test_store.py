"""Finding definitions costs one read, and what cannot change is read once."""

from typing import Any

import pytest

from signoff.definitions.publish import publish
from signoff.definitions.store import (
    find_definition,
    list_definitions,
    read_definition,
    read_version,
)
from signoff.errors import Malformed, NotFound
from signoff.identity.principal import Caller
from signoff.pagination import encode_cursor
from tests.unit.definitions.documents import APPROVAL, approval, as_yaml


@pytest.fixture
def head(aws: None, admin: Caller) -> Any:
    return publish(admin, approval(), "application/yaml").head


def test_a_key_is_found_with_one_read(head: Any, reads: list[Any]) -> None:
    assert find_definition("acme", "purchase") == head
    assert len(reads) == 1


def test_a_uuid_costs_one_read_more_the_first_time(head: Any, reads: list[Any]) -> None:
    assert find_definition("acme", head.definition_id) == head
    assert len(reads) == 2
    assert find_definition("acme", head.definition_id.upper()) == head
    assert len(reads) == 3


def test_a_uuid_that_is_unknown_is_not_remembered(aws: None, admin: Caller) -> None:
    from signoff.definitions.head import pointer_key
    from signoff.storage.store import state
    from signoff.storage.transaction import Transaction

    head = publish(admin, approval(), "application/yaml").head
    other = "00000000-0000-4000-8000-000000000000"
    assert find_definition("acme", other) is None
    pk, sk = pointer_key("acme", other)
    transaction = Transaction()
    transaction.put(state(), {"PK": pk, "SK": sk, "key": "purchase"})
    transaction.commit()
    assert find_definition("acme", other) == head


@pytest.mark.parametrize(
    "name", ["", "nothing", "Purchase", "purchase ", "K#purchase", "🛒", "x" * 5000]
)
def test_what_does_not_exist_is_not_found(head: Any, name: str) -> None:
    assert find_definition("acme", name) is None
    with pytest.raises(NotFound):
        read_definition("acme", name)


def test_another_tenants_definition_does_not_exist(head: Any) -> None:
    assert find_definition("umbrella", "purchase") is None
    assert find_definition("umbrella", head.definition_id) is None


def test_a_version_is_read_once(head: Any, reads: list[Any]) -> None:
    first = read_version("acme", head.definition_id, 1)
    assert read_version("acme", head.definition_id, 1) is first
    assert len(reads) == 1
    assert first.document["name"] == "Purchase 🛒"
    assert first.machine_arn == head.machine_arn


@pytest.mark.parametrize("version", [0, -1, 2, 1_000_000])
def test_a_version_that_does_not_exist(head: Any, version: int) -> None:
    with pytest.raises(NotFound):
        read_version("acme", head.definition_id, version)


def test_a_head_survives_storage_whole(head: Any, admin: Caller) -> None:
    assert head.initiator_groups == ("buyers",)
    assert (head.category, head.enabled, head.version) == ("finance", True, 1)
    document = {name: value for name, value in APPROVAL.items() if name != "initiators"}
    anyone = publish(admin, as_yaml(document | {"key": "open"}), "application/yaml").head
    assert anyone.initiator_groups is None
    assert find_definition("acme", "open") == anyone


def test_definitions_are_listed_by_key_page_by_page(aws: None, admin: Caller) -> None:
    for key in ("beta", "alpha", "delta", "gamma"):
        publish(admin, approval(key=key), "application/yaml")
    first = list_definitions("acme", limit=3)
    assert [head.key for head in first.items] == ["alpha", "beta", "delta"]
    rest = list_definitions("acme", limit=3, cursor=first.cursor)
    assert [head.key for head in rest.items] == ["gamma"]
    assert rest.cursor is None
    assert list_definitions("acme", limit=4).cursor is None
    assert list_definitions("umbrella", limit=3).items == []


@pytest.mark.parametrize("after", ["I#x", "", 3, "V#000001", "K#" + "x" * 2000])
def test_a_cursor_cannot_leave_its_list(aws: None, after: Any) -> None:
    with pytest.raises(Malformed):
        list_definitions("acme", limit=3, cursor=encode_cursor({"after": after}))
