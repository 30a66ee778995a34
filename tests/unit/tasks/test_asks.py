"""From evaluated candidates to one ask per task."""

import pytest

from signoff.errors import StepFailed
from signoff.tasks.asks import MAX_ASKS, resolve_asks


def spec(mode="direct", candidates=None, quorum=None, four_eyes=False):
    return {
        "mode": mode,
        "candidates": candidates,
        "quorum": quorum or {"approve": "any"},
        "fourEyes": four_eyes,
    }


def test_direct_asks_every_person_once_in_order():
    asks = resolve_asks(spec(candidates=["bob", "alice", "bob"]), "zoe")
    assert asks == [{"owner": "bob"}, {"owner": "alice"}]


def test_an_expression_may_yield_one_name():
    assert resolve_asks(spec(candidates="bob"), "zoe") == [{"owner": "bob"}]


def test_four_eyes_leaves_the_initiator_out():
    asks = resolve_asks(spec(candidates=["bob", "alice"], four_eyes=True), "bob")
    assert asks == [{"owner": "alice"}]


def test_a_pool_with_quorum_any_is_one_task_for_all_groups():
    asks = resolve_asks(spec("pool", {"groups": ["legal", "finance"]}), "zoe")
    assert asks == [{"groups": ["legal", "finance"]}]


def test_a_pool_with_another_quorum_is_one_task_a_group():
    asks = resolve_asks(
        spec("pool", {"groups": ["legal", "finance"]}, {"approve": "all", "reject": "any"}), "zoe"
    )
    assert asks == [{"groups": ["legal"]}, {"groups": ["finance"]}]


@pytest.mark.parametrize(
    ("given", "told"),
    [
        (spec(candidates=[]), "nobody"),
        (spec(candidates=None), "nobody"),
        (spec(candidates=["bob"], four_eyes=True), "nobody"),
        (spec("pool", {"users": ["bob"], "groups": []}), "nobody"),
        (spec(candidates=[7]), "names"),
        (spec(candidates=[" "]), "names"),
        (spec(candidates=["x" * 257]), "names"),
        (spec(candidates=[f"u{n}" for n in range(MAX_ASKS + 1)]), "at most 500"),
        (spec(candidates=["bob"], quorum={"approve": 2}), "quorum"),
        (spec("pool", {"groups": [f"g{n}" for n in range(21)]}), "at most 20"),
    ],
)
def test_what_cannot_be_asked_fails_the_step(given, told):
    with pytest.raises(StepFailed, match=told):
        resolve_asks(given, "bob")
