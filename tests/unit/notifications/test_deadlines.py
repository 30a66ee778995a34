"""What a deadline tells: who has the task, who the definition names, and each once a moment."""

import pytest

from tests.support.people import employ_with_mail
from tests.support.post import Post, text_of
from tests.support.world import World
from tests.unit.engine.acting import decide, start
from tests.unit.sla.deadlines import definition, fire, fire_all


def late(here: World, post: Post, *more: str, **deadline: str):
    """A direct task with a deadline, told to bob."""
    view = start(here, here.publish(definition(*more, kind="direct", **deadline)), "alice")
    post.deliver()
    assert post.to("bob") == ["Please decide: doc-1 (Review)"]
    return view.open_tasks[0]


@pytest.fixture(autouse=True)
def no_schedules(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("SLA_TIME_SCALE", raising=False)


def test_who_has_the_task_is_told_that_it_is_due_and_then_overdue(here: World, post: Post) -> None:
    task = late(here, post)
    assert "Due: " in text_of(post.mails("bob")[0])
    fire(task)
    assert post.deliver() == ["due-soon"]
    fire(task)
    assert post.deliver() == ["overdue"]
    assert post.to("bob")[1:] == ["Due soon: doc-1 (Review)", "Overdue: doc-1 (Review)"]


def test_a_moment_for_which_the_definition_reminds_is_told_once_in_its_words(
    here: World, post: Post
) -> None:
    task = late(
        here,
        post,
        '[{action: remind, message: "The auditors wait"}, {action: remind, after: PT24H}]',
    )
    fire_all(task)
    post.deliver()
    assert post.to("bob")[1:] == [
        "Due soon: doc-1 (Review)",
        "Overdue: doc-1 (Review)",
        "Overdue: doc-1 (Review)",
    ]
    assert "> The auditors wait" in text_of(post.mails("bob")[2])


def test_managers_administrators_and_the_named_are_told(here: World, post: Post) -> None:
    employ_with_mail("mary")
    employ_with_mail("bob", manager="mary")
    task = late(
        here,
        post,
        "[{action: notifyManager}, {action: notifyAdmin},"
        " {action: notify, to: {users: [dave], groups: [legal]}}]",
    )
    fire_all(task)
    post.deliver()
    late_subject = "Late: doc-1 (Review)"
    for person in ("mary", "adam", "dave", "carol"):
        assert post.to(person) == [late_subject], person
    assert "you are an administrator" in text_of(post.mails("adam")[0])
    assert "it was put to Bob" in " ".join(text_of(post.mails("mary")[0]).split())
    assert "/decide/" not in text_of(post.mails("mary")[0])


def test_who_is_several_of_them_is_told_once_a_moment(here: World, post: Post) -> None:
    employ_with_mail("bob", manager="adam")
    task = late(
        here,
        post,
        "[{action: notifyManager}, {action: notifyAdmin}, {action: notify, to: {users: [adam]}},"
        " {action: notifyAdmin, after: PT24H}]",
    )
    fire(task)  # the warning
    fire(task)
    post.deliver()
    assert post.to("adam") == ["Late: doc-1 (Review)"]
    fire(task)
    post.deliver()
    assert post.to("adam") == ["Late: doc-1 (Review)"] * 2


def test_who_is_decided_for_is_told(here: World, post: Post) -> None:
    task = late(here, post, "[{action: decide, outcome: REJECT}]")
    fire_all(task)
    post.deliver()
    assert post.to("bob")[-1] == "No longer yours: doc-1 (Review)"
    assert "its deadline had passed: Reject" in " ".join(text_of(post.mails("bob")[-1]).split())


def test_who_decides_themself_is_not_told_of_it(here: World, post: Post) -> None:
    task = late(here, post)
    assert post.events() == []
    decide(here, "bob", task, "APPROVE")
    assert post.events() == [], "the rule lets only deadlines' decisions through"


def test_what_a_deadline_hands_over_is_told_to_both(here: World, post: Post) -> None:
    task = late(here, post, "[{action: reassign, to: {users: [carol]}}]")
    for _ in range(2):
        fire(task)
        post.deliver()
    assert post.to("carol") == ["Please decide: doc-1 (Review)"]
    assert "the deadline has given it to Carol" in " ".join(text_of(post.mails("bob")[-1]).split())


def test_a_reminder_for_what_is_decided_by_now_is_not_sent(here: World, post: Post) -> None:
    task = late(here, post, "[{action: remind}]")
    fire_all(task)
    decide(here, "bob", task, "APPROVE")
    post.deliver()
    assert len(post.to("bob")) == 1


def test_each_member_of_a_pool_is_told_that_it_is_late(here: World, post: Post) -> None:
    view = start(here, here.publish(definition()), "alice")
    post.deliver()
    fire(view.open_tasks[0])
    assert post.deliver() == ["due-soon"] * 2
    assert post.to("carol")[1:] == ["Due soon: doc-1 (Review)"]
