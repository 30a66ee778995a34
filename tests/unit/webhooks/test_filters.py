"""Filters on an event's data."""

from typing import Any

import pytest

from signoff.errors import Invalid
from signoff.webhooks.filters import MAX_PATHS, check_filters, fits

DATA = {
    "outcome": "APPROVED",
    "amount": 1000,
    "rate": 0.5,
    "urgent": True,
    "assigneeId": None,
    "document": {"name": "invoice-7.pdf", "tags": ["invoice", "eu"], "pages": [1, 12]},
    "empty": [],
}


@pytest.mark.parametrize(
    ("filters", "expected"),
    [
        ({"outcome": ["APPROVED", "REJECTED"]}, True),
        ({"outcome": "APPROVED"}, True),
        ({"outcome": "approved"}, False),
        ({"amount": 1000.0}, True),
        ({"amount": "1000"}, False),
        ({"urgent": True}, True),
        ({"urgent": 1}, False),
        ({"amount": True}, False),
        ({"assigneeId": None}, True),
        ({"outcome": None}, False),
        ({"nothing": None}, False),
        ({"document.tags": "invoice"}, True),
        ({"document.tags": ["contract", "eu"]}, True),
        ({"document.tags": "contract"}, False),
        ({"document.tags.0": "invoice"}, False),
        ({"outcome.name": "x"}, False),
        ({"empty": [{"prefix": "a"}]}, False),
        ({"document.name": {"prefix": "invoice-"}}, True),
        ({"document.tags": {"prefix": "inv"}}, True),
        ({"amount": {"prefix": "1"}}, False),
        ({"outcome": {"anything-but": "REJECTED"}}, True),
        ({"outcome": {"anything-but": ["REJECTED", "APPROVED"]}}, False),
        ({"urgent": {"anything-but": 1}}, True),
        ({"document.tags": {"anything-but": "invoice"}}, False),
        ({"document.tags": {"anything-but": "contract"}}, True),
        ({"nothing": {"anything-but": "x"}}, False),
        ({"nothing": [{"anything-but": "x"}, {"exists": False}]}, True),
        ({"empty": {"anything-but": "x"}}, True),
        ({"amount": {"numeric": [">=", 1000]}}, True),
        ({"amount": {"numeric": [">", 1000]}}, False),
        ({"amount": {"numeric": [">", 10, "<=", 1000]}}, True),
        ({"amount": {"numeric": [">", 10, "<", 1000]}}, False),
        ({"amount": {"numeric": [">=", 1000, "<=", 1000]}}, True),
        ({"amount": {"numeric": ["=", 1000, "<=", 1000]}}, True),
        ({"amount": {"numeric": [">", 10, ">", 2000]}}, False),
        ({"rate": {"numeric": ["=", 0.5]}}, True),
        ({"urgent": {"numeric": ["=", 1]}}, False),
        ({"outcome": {"numeric": [">", 0]}}, False),
        ({"document.pages": {"numeric": [">", 10]}}, True),
        ({"document.tags": {"exists": True}}, True),
        ({"assigneeId": {"exists": True}}, True),
        ({"document.size": {"exists": False}}, True),
        ({"document.size": {"exists": True}}, False),
        ({"outcome.deeper": {"exists": False}}, True),
        ({"outcome": "APPROVED", "amount": {"numeric": ["<", 10]}}, False),
        ({}, True),
        (None, True),
    ],
)
def test_conditions(filters: dict[str, Any] | None, expected: bool) -> None:
    if filters is not None:
        check_filters(filters)
    assert fits(filters, DATA) is expected


@pytest.mark.parametrize(
    ("filters", "field", "said"),
    [
        ({f"p{n}": 1 for n in range(MAX_PATHS + 1)}, "filters", "paths"),
        ({"a": "x" * 5_000}, "filters", "bytes"),
        ({"": 1}, "filters.", "path"),
        ({"a..b": 1}, "filters.a..b", "path"),
        ({"a": []}, "filters.a", "conditions"),
        ({"a": [["b"]]}, "filters.a", "condition"),
        ({"a": {}}, "filters.a", "condition"),
        ({"a": {"prefix": "x", "exists": True}}, "filters.a", "one of"),
        ({"a": {"tags": ["x"]}}, "filters.a", "dots"),
        ({"a": {"prefix": 1}}, "filters.a", "prefix"),
        ({"a": {"prefix": ""}}, "filters.a", "prefix"),
        ({"a": {"exists": "yes"}}, "filters.a", "exists"),
        ({"a": {"anything-but": []}}, "filters.a", "anything-but"),
        ({"a": {"anything-but": {"prefix": "x"}}}, "filters.a", "anything-but"),
        ({"a": {"numeric": 5}}, "filters.a", "numeric"),
        ({"a": {"numeric": []}}, "filters.a", "numeric"),
        ({"a": {"numeric": [">"]}}, "filters.a", "numeric"),
        ({"a": {"numeric": [">", "5"]}}, "filters.a", "numeric"),
        ({"a": {"numeric": [">", True]}}, "filters.a", "numeric"),
        ({"a": {"numeric": ["!=", 5]}}, "filters.a", "numeric"),
        ({"a": {"numeric": [[], 5]}}, "filters.a", "numeric"),
        ({"a": {"numeric": [">", 1, "<", 5, "=", 3]}}, "filters.a", "numeric"),
        ({"a": {"numeric": [">", 10, "<", 5]}}, "filters.a", "no number"),
        ({"a": {"numeric": [">", 5, "<=", 5]}}, "filters.a", "no number"),
        ({"a": {"numeric": ["<", 5, "=", 5]}}, "filters.a", "no number"),
        ({"a": {"numeric": ["=", 1, "=", 2]}}, "filters.a", "no number"),
    ],
)
def test_what_cannot_be_judged_is_refused(filters: dict[str, Any], field: str, said: str) -> None:
    with pytest.raises(Invalid) as refusal:
        check_filters(filters)
    assert refusal.value.field == field
    assert said in refusal.value.message
