"""A step of several tasks closes when an outcome reaches its quorum, or when none can any more."""

from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from signoff.tasks.quorum import needed, reachable, verdict

ALL_OF_THREE = {"approve": "all", "reject": "any"}


@pytest.mark.parametrize(
    ("votes", "rules", "asked", "expected"),
    [
        ({}, {"approve": "any"}, 1, ("open", "")),
        ({"approve": 1}, {"approve": "any"}, 3, ("decided", "approve")),
        ({"approve": 2}, ALL_OF_THREE, 3, ("open", "")),
        ({"approve": 3}, ALL_OF_THREE, 3, ("decided", "approve")),
        ({"approve": 2, "reject": 1}, ALL_OF_THREE, 3, ("decided", "reject")),
        ({"approve": 1, "reject": 1}, {"approve": 2, "reject": 2}, 3, ("open", "")),
        ({"approve": 1, "reject": 1}, {"approve": 2, "reject": 2}, 2, ("otherwise", "")),
        ({"approve": 1, "reject": 2}, {"approve": "all", "reject": "all"}, 5, ("otherwise", "")),
    ],
)
def test_verdict(votes, rules, asked, expected):
    assert verdict(votes, rules, asked) == expected


def test_a_quorum_nobody_can_reach_is_seen_beforehand():
    assert not reachable({"approve": 4}, 3)
    assert reachable({"approve": 4, "reject": "any"}, 3)


@given(
    asked=st.integers(1, 6),
    rules=st.dictionaries(
        st.sampled_from(["a", "b", "c"]),
        st.one_of(st.sampled_from(["any", "all"]), st.integers(1, 6)),
        min_size=1,
    ),
    choices=st.lists(st.sampled_from(["a", "b", "c"]), min_size=6, max_size=6),
)
def test_every_vote_leads_to_exactly_one_verdict_in_the_end(asked, rules, choices):
    votes: dict[str, int] = {}
    for choice in choices[:asked]:
        chosen = choice if choice in rules else next(iter(rules))
        votes[chosen] = votes.get(chosen, 0) + 1
        state, outcome = verdict(votes, rules, asked)
        if state != "open":
            assert (state == "decided") == bool(outcome)
            break
    else:
        pytest.fail("everybody has voted and the step is still open")


def test_open_means_that_some_outcome_can_still_win():
    for asked, first, second in product(range(1, 5), range(1, 5), range(1, 5)):
        rules = {"approve": first, "reject": second}
        for approved, rejected in product(range(asked + 1), repeat=2):
            if approved + rejected > asked:
                continue
            state, _ = verdict({"approve": approved, "reject": rejected}, rules, asked)
            left = asked - approved - rejected
            winnable = approved + left >= needed(first, asked) or rejected + left >= needed(
                second, asked
            )
            assert state != "open" or winnable
