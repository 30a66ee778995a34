"""GET /api/v1/documents"""

from typing import Any

import pytest

from tests.support.gateway import Client
from tests.support.stack import Stack
from tests.unit.functions.api.admin.documents import data, error, pages
from tests.unit.functions.api.documents.files import PDF, PNG, URL


@pytest.fixture
def three(stack: Stack, alice: Client) -> list[Any]:
    """Two of alice's and one of bob's, oldest first."""
    bob = stack.client("bob")
    return [
        data(alice.upload(URL, PDF, tags="invoice"), 201),
        data(bob.upload(URL, PNG, tags="invoice,scan"), 201),
        data(alice.upload(URL, b"text"), 201),
    ]


def ids(answer: Any) -> list[str]:
    return [each["id"] for each in data(answer)]


def test_the_newest_comes_first_and_looks_as_it_does_alone(alice: Client, three: Any) -> None:
    assert data(alice.get(URL)) == three[::-1]
    assert [data(alice.get(f"{URL}/{each['id']}")) for each in three] == three


def test_pages_follow_each_other_without_gaps(alice: Client, three: Any) -> None:
    assert pages(alice, URL, 1) == three[::-1]
    assert pages(alice, f"{URL}?tag=invoice", 1) == [three[1], three[0]]


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("owner=alice", [2, 0]),
        ("owner=nobody", []),
        ("tag=INVOICE", [1, 0]),
        ("type=image/png", [1]),
        ("status=Active", [2, 1, 0]),
        ("status=Processing", []),
        ("owner=alice&tag=invoice", [0]),
        ("owner=bob&type=application/pdf", []),
        ("from=2020-01-01T00:00:00Z&to=2999-01-01T00:00:00Z", [2, 1, 0]),
        ("from=2999-01-01T00:00:00Z", []),
        ("to=2020-01-01T00:00:00Z", []),
    ],
)
def test_filters_narrow(alice: Client, three: Any, query: str, found: list[int]) -> None:
    assert ids(alice.get(f"{URL}?{query}")) == [three[index]["id"] for index in found]


def test_from_counts_and_to_does_not(alice: Client, three: Any) -> None:
    moments = [each["uploadedAt"] for each in three]
    since = [each["id"] for each in three[::-1] if each["uploadedAt"] >= moments[1]]
    assert ids(alice.get(f"{URL}?from={moments[1]}")) == since
    before = [each["id"] for each in three[::-1] if each["uploadedAt"] < moments[1]]
    assert ids(alice.get(f"{URL}?to={moments[1]}")) == before


def test_a_deleted_one_is_in_no_list(alice: Client, three: Any) -> None:
    data(alice.delete(f"{URL}/{three[0]['id']}"))
    for query in ("", "?owner=alice", "?tag=invoice", "?type=application/pdf", "?status=Active"):
        assert three[0]["id"] not in ids(alice.get(URL + query))
    assert error(alice.get(f"{URL}?status=Deleted"), 400)[1] == "status"


def test_another_tenant_sees_nothing(stack: Stack, three: Any) -> None:
    other = Client(stack.new_key("documents:read", tenant="globex"))
    assert ids(other.get(URL)) == []
    assert error(other.get(f"{URL}/{three[0]['id']}"), 404)[0] == "DOC_NOT_FOUND"


@pytest.mark.parametrize("query", ["cursor=x", "limit=0", "from=yesterday", "status=Lost"])
def test_what_does_not_fit_is_400(alice: Client, query: str) -> None:
    assert error(alice.get(f"{URL}?{query}"), 400)[0] == "VALIDATION_FAILED"
