"""Patterns of event types, against a regular expression that says the same."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from signoff.errors import Invalid
from signoff.webhooks.patterns import MAX_PATTERNS, check_patterns, matches

KNOWN = ("workflow.completed", "workflow.task.assigned", "document.uploaded")


@pytest.mark.parametrize(
    ("pattern", "name", "expected"),
    [
        ("workflow.completed", "workflow.completed", True),
        ("workflow.completed", "workflow.completed2", False),
        ("workflow.*", "workflow.task.assigned", True),
        ("workflow.*", "workflow", False),
        ("workflow.*", "document.uploaded", False),
        ("*", "anything", True),
        ("*", "", True),
        ("*.assigned", "workflow.task.assigned", True),
        ("workflow.*.assigned", "workflow.task.assigned", True),
        ("ab*ba", "aba", False),
        ("a*a*a", "aa", False),
        ("a*a*a", "axaxa", True),
        ("workflow.completed", "workflowxcompleted", False),
    ],
)
def test_a_star_is_anything(pattern: str, name: str, expected: bool) -> None:
    assert matches(pattern, name) is expected


@given(st.text("ab.*", max_size=8), st.text("ab.", max_size=10))
def test_it_is_what_a_regular_expression_says(pattern: str, name: str) -> None:
    expression = ".*".join(re.escape(part) for part in pattern.split("*"))
    assert matches(pattern, name) is (re.fullmatch(expression, name) is not None)


def test_many_stars_are_no_way_to_keep_us_busy() -> None:
    assert not matches("*a" * 50 + "b", "a" * 100_000)


def test_patterns_are_kept_once_in_their_order() -> None:
    sent = ["workflow.*", "document.uploaded", "workflow.*"]
    assert check_patterns(sent, KNOWN) == ("workflow.*", "document.uploaded")


@pytest.mark.parametrize(
    ("patterns", "field"),
    [
        ([], "eventTypes"),
        (["*"] * (MAX_PATTERNS + 1), "eventTypes"),
        (["workflow.*", ""], "eventTypes.1"),
        (["work flow"], "eventTypes.0"),
        (["workflow.complete"], "eventTypes.0"),
        (["signature.*"], "eventTypes.0"),
        (["w" * 101], "eventTypes.0"),
    ],
)
def test_what_could_never_match_is_refused(patterns: list[str], field: str) -> None:
    with pytest.raises(Invalid) as refusal:
        check_patterns(patterns, KNOWN)
    assert refusal.value.field == field


@pytest.mark.parametrize(
    ("slip", "what_to_do"),
    [
        ("workflow.complete", "is workflow.completed meant?"),
        ("Workflow.Completed", "is workflow.completed meant?"),
        ("workflw.*", "is workflow.* meant?"),
        ("workflow.tasks.*", "is workflow.task.* meant?"),
        ("invoice.paid", "docs/events.md lists them all"),
    ],
)
def test_a_refusal_says_what_may_be_meant(slip: str, what_to_do: str) -> None:
    with pytest.raises(Invalid) as refusal:
        check_patterns([slip], KNOWN)
    assert refusal.value.message == f"There is no event {slip}: {what_to_do}"
