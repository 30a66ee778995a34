"""Links are offered to those who can decide the task with them, and to nobody else."""

from dataclasses import replace
from urllib.parse import parse_qs, urlsplit

import pytest

from signoff.links.choices import CHANGES, label_of
from signoff.links.offer import Offer, offer
from signoff.links.token import read
from signoff.runs.cancel import cancel_run
from signoff.storage.store import state
from signoff.storage.transaction import Transaction
from signoff.tasks.claim import claim_task
from signoff.tasks.release import release_task
from tests.support.links import first_task, offered
from tests.support.people import employ
from tests.support.world import TENANT, World, count_calls
from tests.unit.engine.acting import decide, open_tasks, start, task_of
from tests.unit.engine.definitions import DIRECT, POOL, QUORUM

FORM = """
key: form
name: Form
steps:
  - id: check
    type: approval
    config:
      mode: direct
      candidates: {users: [bob]}
      form: {type: object, required: [amount], properties: {amount: {type: number}}}
      outcomes: {approve: {next: done}, reject: {next: done}}
  - {id: done, type: end, config: {outcome: DONE}}
"""
FREE_FORM = FORM.replace("required: [amount], ", "").replace("key: form", "key: free-form")
CUSTOM = """
key: custom
name: Custom
steps:
  - id: check
    type: approval
    config:
      mode: direct
      candidates: {users: [bob]}
      outcomes:
        SIGN: {next: done, comment: required}
        REQUEST_CHANGES: {next: done}
        notNow: {next: done}
  - {id: done, type: end, config: {outcome: DONE}}
"""


def test_a_person_is_offered_what_their_task_can_come_to(here: World) -> None:
    task = first_task(here, DIRECT)
    made = offered(task, "bob")
    assert [(each.action, each.label, each.needs_comment) for each in made.choices] == [
        ("approve", "Approve", False),
        ("reject", "Reject", True),
        (CHANGES, "Request changes", True),
    ]


def test_the_definitions_own_words_and_rules_are_offered(here: World) -> None:
    made = offered(first_task(here, CUSTOM), "bob")
    assert [(each.action, each.label, each.needs_comment) for each in made.choices] == [
        ("SIGN", "Sign", True),
        ("REQUEST_CHANGES", "Request changes", True),
        ("notNow", "Not now", False),
    ]


def test_each_choice_has_an_address_and_all_have_one_token(here: World) -> None:
    task = first_task(here, DIRECT)
    made = offered(task, "bob")
    addresses = [urlsplit(made.url(each.action)) for each in made.choices]
    assert {f"{each.scheme}://{each.netloc}" for each in addresses} == {
        "https://signoff.example.com"
    }
    (path,) = {each.path for each in addresses}
    assert [parse_qs(each.query)["outcome"] for each in addresses] == [
        ["approve"],
        ["reject"],
        ["requestChanges"],
    ]
    assert made.url() == f"https://signoff.example.com{path}"
    link = read(path.removeprefix("/decide/"))
    assert (link.tenant, link.task_id, link.edition, link.person) == (
        TENANT,
        task.task_id,
        task.edition,
        "bob",
    )
    assert link.ends_at == made.ends_at


def test_an_outcome_with_signs_in_it_stays_one_parameter() -> None:
    made = Offer("https://signoff.example.com/decide/x", (), "")
    url = urlsplit(made.url("a&b=c/d é#"))
    assert parse_qs(url.query) == {"outcome": ["a&b=c/d é#"]}
    assert url.fragment == ""


def test_every_member_of_a_pool_is_offered_it_until_one_has_it(here: World) -> None:
    task = first_task(here, POOL)
    assert offered(task, "bob").address != offered(task, "carol").address
    assert offer(task, "dave") is None
    claim_task(here.caller("bob", "legal"), task.task_id)
    claimed = task_of(task.run_id, "check")
    assert offer(claimed, "carol") is None
    assert offer(claimed, "bob")
    release_task(here.caller("bob", "legal"), task.task_id)
    assert offer(claimed, "bob") is None, "it is not as it was read"
    assert offer(task_of(task.run_id, "check"), "bob")


def test_nobody_is_offered_what_is_not_theirs_or_not_open(here: World) -> None:
    task = first_task(here, DIRECT)
    assert offer(task, "carol") is None
    assert offer(task, "nobody") is None
    assert offer(task, "") is None
    assert offer(replace(task, tenant="umbrella"), "bob") is None
    decide(here, "bob", task, "approve")
    assert offer(task, "bob") is None


def test_nobody_is_offered_what_is_over(here: World) -> None:
    task = first_task(here, DIRECT)
    cancel_run(here.caller("alice"), task.run_id)
    assert offer(task, "bob") is None


def test_who_left_is_offered_nothing(here: World) -> None:
    task = first_task(here, DIRECT)
    employ(TENANT, "bob", active=False)
    assert offer(task, "bob") is None


def test_one_vote_each_holds_for_links(here: World) -> None:
    employ(TENANT, "u1", "u2", "u3", "u4", "u5")
    run_id = start(here, here.publish(QUORUM)).run.run_id
    first, second, *_ = open_tasks(run_id, 5)
    decide(here, "u1", first, "approve")
    assert offer(replace(second, owner="u1"), "u1") is None
    assert offer(second, "u2")


def test_what_takes_a_form_can_only_be_sent_back_by_link(here: World) -> None:
    made = offered(first_task(here, FORM), "bob")
    assert [each.action for each in made.choices] == [CHANGES]


def test_a_form_that_may_stay_empty_is_no_hindrance(here: World) -> None:
    made = offered(first_task(here, FREE_FORM), "bob")
    assert [each.action for each in made.choices] == ["approve", "reject", CHANGES]


def test_what_a_timer_writes_does_not_change_what_was_offered(here: World) -> None:
    task = first_task(here, DIRECT)
    warned = replace(task, version=task.version + 1, alerts=task.alerts + 1)
    written = Transaction()
    written.put(state(), warned.to_item())
    written.commit()
    assert offer(task, "bob")
    assert offer(warned, "bob")


def test_an_offer_costs_two_reads_and_a_signature(here: World) -> None:
    task = first_task(here, DIRECT)
    with here.faults.watching() as seen:
        offered(task, "bob")
    assert count_calls(seen.seen) == {"BatchGetItem": 1, "GetItem": 1, "GenerateMac": 1}
    with here.faults.watching() as seen:
        assert offer(task, "carol") is None
    assert "GenerateMac" not in seen.seen


@pytest.mark.parametrize(
    ("outcome", "label"),
    [
        ("APPROVE", "Approve"),
        ("REQUEST_CHANGES", "Request changes"),
        ("requestChanges", "Request changes"),
        ("sign-off", "Sign off"),
        ("Ja, gerne", "Ja, gerne"),
        ("ok", "Ok"),
        ("__", "__"),
        ("Größe2Ändern", "Größe2ändern"),
    ],
)
def test_outcomes_are_worded_for_people(outcome: str, label: str) -> None:
    assert label_of(outcome) == label
