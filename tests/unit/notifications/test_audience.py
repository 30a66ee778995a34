"""Who is told what: by what happens to tasks, from the command to the mail."""

import pytest

from signoff.directory.user import Absence
from signoff.links.offer import Offer, offer
from signoff.notifications import about_tasks, members
from signoff.notifications.plan import notify_people
from signoff.runs.cancel import cancel_run
from signoff.tasks.act import act_on_run
from signoff.tasks.claim import claim_task
from signoff.tasks.delegate import delegate_task
from signoff.tasks.model import Task
from signoff.tasks.reassign import reassign_task
from signoff.tasks.release import release_task
from tests.support.people import employ_with_mail
from tests.support.post import Post, text_of
from tests.support.world import World
from tests.unit.engine.acting import decide, start, task_of
from tests.unit.engine.definitions import DIRECT, POOL, QUORUM

TWO = """
key: two
name: Two voices
steps:
  - id: check
    type: approval
    config:
      mode: direct
      candidates: {users: [bob, carol]}
      quorum: any
      outcomes: {approve: {next: yes_}, reject: {next: yes_}}
  - {id: yes_, type: end, config: {outcome: APPROVED}}
"""


FORM = DIRECT.replace(
    "mode: direct\n",
    "mode: direct\n      form: {type: object, required: [a], properties: {a: {type: number}}}\n",
)


def begun(here: World, definition: str, user: str = "alice", *groups: str):
    """The first task of a run that somebody starts."""
    view = start(here, here.publish(definition), user, *groups)
    return view.open_tasks[0]


def everybody(post: Post) -> set[str]:
    """Who was told anything."""
    return {mail["Destination"]["ToAddresses"][0].partition("@")[0] for mail in post.sent}


def test_who_a_task_is_put_to_is_told_and_nobody_else(here: World, post: Post) -> None:
    begun(here, DIRECT)
    assert post.deliver() == ["assigned"]
    assert everybody(post) == {"bob"}
    assert post.to("bob") == ["Please decide: doc-1 (check)"]


def test_why_a_form_is_not_decided_by_link_is_told(here: World, post: Post) -> None:
    begun(here, FORM)
    post.deliver()
    text = " ".join(text_of(post.mails("bob")[0]).split())
    assert "waits for your decision. It has a form that must be filled in, where you see" in text
    begun(here, DIRECT)
    post.deliver()
    assert "form" not in text_of(post.mails("bob")[1])


def test_each_member_of_a_pool_is_told_once_however_many_groups_ask(
    here: World, post: Post
) -> None:
    begun(here, POOL, "alice", "initiators")
    post.deliver()
    assert everybody(post) == {"bob", "carol"}
    assert len(post.sent) == 2
    assert "because you are a member of" in text_of(post.mails("bob")[0])


def test_a_member_who_is_away_or_of_no_address_is_not_told(here: World, post: Post) -> None:
    away = Absence("2020-01-01T00:00:00.000Z", None, None)
    employ_with_mail("erin", groups=("legal",), absence=away)
    begun(here, POOL, "alice", "initiators")
    post.deliver()
    assert everybody(post) == {"bob", "carol"}


def test_who_asked_is_not_told_of_a_pool_that_they_may_not_decide(here: World, post: Post) -> None:
    text = POOL.replace(
        "candidates: {groups: [reviewers, legal]}",
        "fourEyes: true\n      candidates: {groups: [reviewers, legal]}",
    )
    begun(here, text, "bob", "initiators")
    post.deliver()
    assert everybody(post) == {"carol"}


def test_claiming_and_releasing_tells_nobody(here: World, post: Post) -> None:
    task = begun(here, POOL, "alice", "initiators")
    post.deliver()
    bob = here.caller("bob", "legal")
    for _ in range(2):
        claim_task(bob, task.task_id)
        release_task(bob, task.task_id)
    assert post.deliver() == []
    assert len(post.sent) == 2


def test_what_is_claimed_before_the_message_goes_out_is_told_to_nobody(
    here: World, post: Post
) -> None:
    task = begun(here, POOL, "alice", "initiators")
    (event,) = post.events()
    notify_people(event)
    claim_task(here.caller("bob", "legal"), task.task_id)
    assert post.work() == ["assigned"] * 2
    assert post.sent == []


def test_what_is_claimed_while_the_message_is_written_is_told_to_nobody(
    here: World, post: Post, monkeypatch: pytest.MonkeyPatch
) -> None:
    task = begun(here, POOL, "alice", "initiators")

    def too_late(asked: Task, person: str) -> Offer | None:
        if asked.owner is None:
            claim_task(here.caller("bob", "legal"), task.task_id)
        return offer(asked, person)

    monkeypatch.setattr(about_tasks, "offer", too_late)
    assert post.deliver() == ["assigned"] * 2
    assert post.sent == []


def test_who_leaves_the_pool_before_the_message_goes_out_is_not_told(
    here: World, post: Post
) -> None:
    begun(here, POOL, "alice", "initiators")
    for event in post.events():
        notify_people(event)
    employ_with_mail("bob", groups=("sales",))
    post.work()
    assert everybody(post) == {"carol"}


def test_a_delegation_tells_who_gets_it_and_not_who_gave_it(here: World, post: Post) -> None:
    task = begun(here, DIRECT)
    post.deliver()
    delegate_task(here.caller("bob"), task.task_id, "carol", comment="You know this better")
    assert post.deliver() == ["assigned"]
    assert post.to("carol") == ["Please decide: doc-1 (check)"]
    assert "Bob wrote:\n> You know this better" in text_of(post.mails("carol")[0])
    assert len(post.to("bob")) == 1


def test_a_reassignment_tells_who_gets_it_and_who_had_it(here: World, post: Post) -> None:
    task = begun(here, DIRECT)
    post.deliver()
    reassign_task(here.caller("adam"), task.task_id, user="carol", reason="On holiday soon")
    assert post.deliver() == ["assigned", "withdrawn"]
    assert post.to("bob")[1:] == ["No longer yours: doc-1 (check)"]
    text = text_of(post.mails("bob")[1])
    assert "Adam has given it to Carol" in text
    assert "> On holiday soon" in text
    assert "because the task was yours" in text
    assert "/decide/" not in text


def test_what_comes_back_is_told_again_once(here: World, post: Post) -> None:
    task = begun(here, DIRECT)
    post.deliver()
    for person in ("carol", "bob", "carol", "bob"):
        reassign_task(here.caller("adam"), task.task_id, user=person)
        post.deliver()
    assert post.to("bob") == [
        "Please decide: doc-1 (check)",
        "No longer yours: doc-1 (check)",
        "Yours again: doc-1 (check)",
    ]


def test_whose_task_others_have_decided_is_told(here: World, post: Post) -> None:
    task = begun(here, TWO)
    post.deliver()
    first, other = ("bob", "carol") if task.owner == "bob" else ("carol", "bob")
    decide(here, first, task, "approve")
    assert post.deliver() == ["withdrawn"]
    assert post.to(other)[1:] == ["No longer yours: doc-1 (check)"]
    assert len(post.to(first)) == 1


def test_cancelling_tells_who_had_the_task_but_not_who_cancels(here: World, post: Post) -> None:
    task = begun(here, DIRECT)
    post.deliver()
    cancel_run(here.caller("bob"), task.run_id, reason="Enough")
    post.deliver()
    assert len(post.to("bob")) == 1
    other = begun(here, TWO)
    post.deliver()
    cancel_run(here.caller("bob"), other.run_id, reason="Enough")
    post.deliver()
    assert post.to("carol")[-1] == "No longer yours: doc-1 (check)"
    assert len(post.to("bob")) == 2


def test_rework_is_told_with_what_was_written(here: World, post: Post) -> None:
    task = begun(here, DIRECT)
    post.deliver()
    act_on_run(
        here.caller("bob"),
        task.run_id,
        here.caller("bob").actor,
        "requestChanges",
        comment="Please add the annex",
    )
    assert post.deliver() == ["rework"]
    assert post.to("alice") == ["Changes requested: doc-1 (check)"]
    assert "Bob wrote:\n> Please add the annex" in text_of(post.mails("alice")[0])
    rework = task_of(task.run_id, "check")
    decide(here, "alice", rework, "SUBMIT", comment="Done")
    assert post.deliver() == ["reworked"]
    assert post.to("bob")[1:] == ["Changed, please look again: doc-1 (check)"]
    assert "Alice wrote:\n> Done" in text_of(post.mails("bob")[1])


def test_what_is_over_before_the_message_goes_out_is_not_told(here: World, post: Post) -> None:
    task = begun(here, DIRECT)
    decide(here, "bob", task, "approve")
    post.deliver()
    assert post.sent == []


def test_programs_and_strangers_are_not_told(here: World, post: Post) -> None:
    begun(here, DIRECT.replace("[bob]", "[nobody-here]"))
    assert post.deliver() == ["assigned"]
    assert post.sent == []


NOTIFY = """
key: tells
name: Tells
steps:
  - id: tell
    type: notify
    config:
      to: {users: [bob, alice], groups: [legal]}
      subject: "{{documentRef}} is in"
      message: "Please *look* at <it>"
  - {id: yes_, type: end, config: {outcome: APPROVED}}
"""


def test_a_notify_step_tells_its_people_in_its_words(here: World, post: Post) -> None:
    view = start(here, here.publish(NOTIFY), "alice")
    here.until(view.run.run_id, "COMPLETED")
    post.deliver()
    assert everybody(post) == {"alice", "bob", "carol"}
    assert len(post.sent) == 3
    assert post.to("bob") == ["doc-1 is in"]
    assert "> Please *look* at <it>" in text_of(post.mails("bob")[0])


def test_a_pool_of_thousands_is_told_to_a_bounded_number(
    here: World, post: Post, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(members, "MAX_TOLD", 3)
    employ_with_mail(*(f"many-{number}" for number in range(6)), groups=("legal",))
    begun(here, POOL, "alice", "initiators")
    post.deliver()
    assert len(post.sent) == 3


def test_a_quorum_tells_each_of_the_people(here: World, post: Post) -> None:
    employ_with_mail("u1", "u2", "u3", "u4", "u5")
    begun(here, QUORUM)
    assert post.deliver() == ["assigned"] * 5
    assert everybody(post) == {"u1", "u2", "u3", "u4", "u5"}
