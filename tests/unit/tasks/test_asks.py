"""From evaluated candidates to one ask per task."""

from collections.abc import Iterator
from typing import Any

import pytest

from signoff.directory.user import Absence
from signoff.directory.users import create_user
from signoff.errors import StepFailed
from signoff.tasks import asks
from signoff.tasks.asks import MAX_ASKS, Asked, resolve_asks
from tests.support.people import employ
from tests.support.world import TENANT, World, world

NOW = "2026-11-21T12:00:00.000Z"
AWAY = Absence("2026-11-21T00:00:00.000Z", None, None)


@pytest.fixture(scope="module")
def here() -> Iterator[World]:
    """Tables with a few people; no test changes them."""
    with pytest.MonkeyPatch.context() as monkeypatch, world(monkeypatch) as made:
        employ(TENANT, "away", absence=AWAY)
        employ(TENANT, "gone", active=False)
        for name in ("dora", "erik"):
            employ(TENANT, name, absence=Absence(AWAY.since, None, "fred"))
        employ(TENANT, "fred", "zoe")
        yield made


def spec(
    mode: str = "direct",
    candidates: Any = None,
    quorum: Any = None,
    four_eyes: bool = False,
    otherwise: bool = False,
) -> dict[str, Any]:
    """A step's evaluated configuration."""
    return {
        "mode": mode,
        "candidates": candidates,
        "quorum": quorum or {"approve": "any"},
        "fourEyes": four_eyes,
        "otherwise": otherwise,
    }


def asked(given: dict[str, Any], initiator: str = "zoe") -> Asked:
    """Whom the step asks."""
    return resolve_asks(given, TENANT, initiator, NOW)


def test_direct_asks_every_person_once_in_order(here: World) -> None:
    found = asked(spec(candidates=["bob", "alice", "bob"]))
    assert found == Asked([{"owner": "bob"}, {"owner": "alice"}], {"approve": "any"})


def test_an_expression_may_yield_one_name(here: World) -> None:
    assert asked(spec(candidates="bob")).asks == [{"owner": "bob"}]


def test_four_eyes_leaves_the_initiator_out(here: World) -> None:
    found = asked(spec(candidates=["bob", "alice"], four_eyes=True), "bob")
    assert found.asks == [{"owner": "alice"}]


def test_four_eyes_leaves_out_who_would_stand_in_and_be_the_initiator(here: World) -> None:
    found = asked(spec(candidates=["dora", "alice"], four_eyes=True), "fred")
    assert found.asks == [{"owner": "alice"}]


def test_two_with_one_delegate_have_one_task(here: World) -> None:
    found = asked(spec(candidates=["dora", "bob", "erik"], quorum={"approve": "all"}))
    assert found.asks == [{"owner": "fred", "formerly": ["dora", "erik"]}, {"owner": "bob"}]
    assert found.quorum == {"approve": "all"}


def test_a_pool_with_quorum_any_is_one_task_for_all_groups(here: World) -> None:
    found = asked(spec("pool", {"groups": ["legal", "finance"]}))
    assert found.asks == [{"groups": ["legal", "finance"]}]


def test_a_pool_with_another_quorum_is_one_task_a_group(here: World) -> None:
    found = asked(spec("pool", {"groups": ["legal", "finance"]}, {"approve": "all"}))
    assert found.asks == [{"groups": ["legal"]}, {"groups": ["finance"]}]


def test_a_pool_reads_nothing(here: World) -> None:
    with here.faults.watching() as seen:
        asked(spec("pool", {"groups": ["legal"]}))
        assert seen.seen == []
        asked(spec(candidates=["bob", "alice"]))
        assert seen.seen == ["BatchGetItem"]


@pytest.mark.parametrize(
    ("given", "why"),
    [
        (spec(candidates=[]), "nobody"),
        (spec(candidates=None), "nobody"),
        (spec(candidates=["zoe"], four_eyes=True), "nobody"),
        (spec(candidates=["gone"]), "nobody"),
        (spec(candidates={"roles": ["none-has-it"]}), "nobody"),
        (spec(candidates={"manager": {}}), "nobody"),
        (spec(candidates={"manager": {"of": None}}), "nobody"),
        (spec(candidates={"departmentHead": "nowhere"}), "nobody"),
        (spec(candidates={"groups": ["legal"]}), "nobody"),
        (spec("pool", {"users": ["bob"], "groups": []}), "nobody"),
        (spec(candidates=["bob"], quorum={"approve": 2}), "no quorum can be reached by the 1"),
        (spec(candidates=["dora", "erik"], quorum={"approve": 2}), "no quorum"),
        (
            spec(candidates=["dora", "erik", "bob"], quorum={"approve": 2, "reject": 2}),
            "the 2 who are left may come to no decision",
        ),
    ],
)
def test_what_nobody_can_decide_goes_to_the_administrators(
    here: World, given: dict[str, Any], why: str
) -> None:
    found = asked(given)
    [ask] = found.asks
    assert ask["groups"] == ["administrators"]
    assert found.quorum == dict.fromkeys(given["quorum"], "any")
    assert why in str(found.unattended)


def test_too_few_for_a_decision_are_enough_where_the_step_says_what_then(here: World) -> None:
    quorum = {"approve": 2, "reject": 2}
    found = asked(spec(candidates=["dora", "erik", "bob"], quorum=quorum, otherwise=True))
    assert (len(found.asks), found.quorum, found.unattended) == (2, quorum, None)


def test_more_holders_of_a_role_than_a_step_asks_fail_it(
    here: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("gil", "hal"):
        create_user(TENANT, name, name=name, roles=("many",))
    given = spec(candidates={"roles": ["many"]})
    assert asked(given).asks == [{"owner": "gil"}, {"owner": "hal"}]
    monkeypatch.setattr(asks, "MAX_ASKS", 1)
    with pytest.raises(StepFailed, match="2 people to ask"):
        asked(given)


@pytest.mark.parametrize(
    ("given", "told"),
    [
        (spec(candidates=[7]), "names"),
        (spec(candidates=[" "]), "names"),
        (spec(candidates=["x" * 257]), "names"),
        (spec(candidates=[f"u{n}" for n in range(MAX_ASKS + 1)]), "at most 500"),
        (spec("pool", {"groups": [f"g{n}" for n in range(21)]}), "at most 20"),
        (spec(candidates={"roles": [f"r{n}" for n in range(21)]}), "at most 20"),
        (spec(candidates={"departmentHead": [f"d{n}" for n in range(21)]}), "at most 20"),
        (spec(candidates={"manager": "bob"}), "of, levels"),
        (spec(candidates={"manager": {"levels": 0}}), "from 1 to 20"),
        (spec(candidates={"manager": {"levels": 1.5}}), "whole number"),
        (spec(candidates={"manager": {"levels": True}}), "whole number"),
        (spec(candidates={"role": ["payer"]}), "no field role"),
    ],
)
def test_what_are_no_candidates_fails_the_step(
    here: World, given: dict[str, Any], told: str
) -> None:
    with pytest.raises(StepFailed, match=told):
        asked(given)
