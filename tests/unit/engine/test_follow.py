"""Following a run: every entry once, waiting for the next, and knowing when to stop."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest

from signoff.deadline import deadline
from signoff.errors import Malformed, NotFound
from signoff.history.entry import HistoryEntry
from signoff.pagination import cursor_at, encode_cursor
from signoff.runs import follow as module
from signoff.runs import waiting
from signoff.runs.attempts import fail_run
from signoff.runs.cancel import cancel_run
from signoff.runs.follow import Followed, follow
from signoff.runs.ids import new_run_id
from signoff.runs.model import OpenStep, Run
from signoff.runs.read import read_run
from signoff.runs.restart import restart_run
from signoff.runs.retry import retry_run
from signoff.runs.view import view_run
from signoff.tasks.claim import claim_task
from tests.support.waiting import PATIENCE
from tests.support.world import TENANT, World, count_calls
from tests.unit.engine.acting import decide, start
from tests.unit.engine.definitions import POOL
from tests.unit.engine.test_comments import comment


@pytest.fixture
def run(here: World) -> Run:
    """A run that waits for its pool."""
    here.publish(POOL)
    return start(here, "pool", "alice", "initiators").run


def followed(run: Run, cursor: str | None = None, limit: int = 50, seconds: float = 0) -> Followed:
    return follow(TENANT, run.run_id, cursor=cursor, limit=limit, seconds=seconds)


@contextmanager
def meanwhile(act: Callable[[], object], monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Has ``act`` done while a wait has begun, and not before."""
    begun = threading.Event()
    pause = waiting.time.sleep

    def note(seconds: float) -> None:
        begun.set()
        pause(seconds)

    def do() -> None:
        if begun.wait(PATIENCE):
            act()

    other = threading.Thread(target=do)
    with monkeypatch.context() as patched:
        patched.setattr(waiting.time, "sleep", note)
        other.start()
        yield
        other.join(PATIENCE)


def test_all_that_has_happened_is_shown_first_in_order(here: World, run: Run) -> None:
    found = followed(run)
    assert [entry.type for entry in found.entries] == here.types(run.run_id)
    assert [entry.sequence for entry in found.entries] == list(range(1, run.sequence + 1))
    assert (found.more, found.ended, found.run.status) == (False, False, "RUNNING")


@pytest.mark.parametrize("limit", [1, 2, 3])
def test_pages_skip_nothing_and_show_nothing_twice(here: World, run: Run, limit: int) -> None:
    (task,) = view_run(TENANT, run.run_id).open_tasks
    decide(here, "bob", claim_task(here.caller("bob", "reviewers"), task.task_id), "APPROVE")
    cursor, shown, ended = None, [], False
    for _ in range(40):
        found = followed(run, cursor, limit)
        shown += [entry.sequence for entry in found.entries]
        cursor, ended = found.cursor, found.ended
        if ended:
            break
    total = read_run(TENANT, run.run_id).sequence
    assert ended
    assert shown == list(range(1, total + 1))


def test_what_is_written_between_the_two_reads_comes_with_the_next_answer(
    here: World, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = module.read_entries

    def late(run: Run, after: int, count: int):
        comment(here, "alice", run.run_id)
        return whole(run, after, count)

    monkeypatch.setattr(module, "read_entries", late)
    found = followed(run)
    monkeypatch.undo()
    assert found.entries[-1].sequence == found.run.sequence == run.sequence
    (next_,) = followed(run, found.cursor).entries
    assert (next_.type, next_.sequence) == ("comment.added", run.sequence + 1)


@pytest.mark.parametrize(("hidden", "shown"), [(1, 0), (2, 1), (3, 2)])
def test_what_a_query_does_not_see_yet_is_not_passed_over(
    run: Run, monkeypatch: pytest.MonkeyPatch, hidden: int, shown: int
) -> None:
    """A transaction's items come to be seen one by one by a query."""
    whole = module.read_entries

    def early(run: Run, after: int, count: int) -> list[HistoryEntry]:
        return [each for each in whole(run, after, count) if each.sequence != hidden]

    monkeypatch.setattr(module, "read_entries", early)
    found = followed(run, seconds=20)
    assert [entry.sequence for entry in found.entries] == list(range(1, shown + 1))
    assert (found.more, found.ended) == (True, False)
    monkeypatch.undo()
    rest = followed(run, found.cursor)
    assert [entry.sequence for entry in rest.entries] == list(range(shown + 1, run.sequence + 1))


def test_the_end_of_a_list_is_a_place_too(here: World, run: Run) -> None:
    end = followed(run)
    again = followed(run, end.cursor)
    assert (again.entries, again.cursor, again.more, again.ended) == ([], end.cursor, False, False)
    comment(here, "alice", run.run_id)
    (entry,) = followed(run, again.cursor).entries
    assert entry.type == "comment.added"


def test_there_is_a_place_in_front_of_the_first_entry(run: Run) -> None:
    assert followed(run, cursor_at("0" * 10)).entries == followed(run).entries


def test_a_wait_ends_with_what_happens(
    here: World, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    end = followed(run)
    with meanwhile(lambda: comment(here, "alice", run.run_id), monkeypatch):
        found = followed(run, end.cursor, seconds=20)
    assert [entry.type for entry in found.entries] == ["comment.added"]
    assert found.run.sequence == found.entries[-1].sequence


def test_a_wait_that_nothing_ends_is_over_in_time(run: Run) -> None:
    end = followed(run)
    found = followed(run, end.cursor, seconds=0.2)
    assert (found.entries, found.cursor) == ([], end.cursor)


def test_what_is_there_is_not_waited_for(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(waiting.time, "sleep", never)
    assert followed(run, seconds=20).entries
    assert followed(run, followed(run, limit=1).cursor, seconds=20).entries


def never(_seconds: float) -> None:
    raise AssertionError("it waits")


def test_it_waits_no_longer_than_the_function_has_left(
    run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    end = followed(run)
    clock, slept = [100.0], []

    def sleep(seconds: float) -> None:
        slept.append(seconds)
        clock[0] += seconds

    monkeypatch.setattr("signoff.deadline.time.monotonic", lambda: clock[0])
    monkeypatch.setattr(waiting.time, "sleep", sleep)
    with deadline(2.0):
        followed(run, end.cursor, seconds=20)
    assert sum(slept) == pytest.approx(2.0)
    slept.clear()
    followed(run, end.cursor, seconds=3600)
    assert sum(slept) == pytest.approx(20.0)
    assert slept[:3] == pytest.approx([0.05, 0.075, 0.1125])
    assert max(slept) == 0.4


def test_a_look_is_one_read_of_one_item(here: World, run: Run) -> None:
    end = followed(run)
    looks = iter([False, False, True])

    def sleep_then_happen(_seconds: float) -> None:
        if next(looks):
            with pytest.MonkeyPatch.context() as patched:
                patched.setattr(here.faults, "before", lambda _: None)
                comment(here, "alice", run.run_id)

    with pytest.MonkeyPatch.context() as patched, here.faults.watching() as seen:
        patched.setattr(waiting.time, "sleep", sleep_then_happen)
        found = followed(run, end.cursor, seconds=20)
    assert len(found.entries) == 1
    assert count_calls(seen.seen) == {"GetItem": 4, "Query": 1}


# ---- the end


def test_a_run_that_has_ended_is_not_waited_for(
    here: World, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    cancel_run(here.caller("alice"), run.run_id)
    monkeypatch.setattr(waiting.time, "sleep", never)
    found = followed(run, seconds=20)
    assert (found.ended, found.entries[-1].type) == (True, "task.closed")
    again = followed(run, found.cursor, seconds=20)
    assert (again.ended, again.entries) == (True, [])


def test_the_end_is_told_with_the_last_page_alone(here: World, run: Run) -> None:
    cancel_run(here.caller("alice"), run.run_id)
    first = followed(run, limit=2)
    assert (first.more, first.ended) == (True, False)
    assert followed(run, first.cursor).ended


def test_a_wait_ends_with_the_run(here: World, run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    end = followed(run)
    with meanwhile(lambda: cancel_run(here.caller("alice"), run.run_id), monkeypatch):
        found = followed(run, end.cursor, seconds=20)
        while not found.ended:
            found = followed(run, found.cursor, seconds=20)
    assert found.run.status == "CANCELLED"


def test_a_cancelled_run_is_over_when_all_it_took_back_is_told(here: World, run: Run) -> None:
    """Somebody who stops at ``ended`` must not miss the withdrawals that are owed."""
    cancelled = read_run(TENANT, run.run_id)
    cancelled.status, cancelled.nudge = "CANCELLED", "stop"
    place = cancelled.sequence
    assert not Followed(cancelled, [], place).ended
    cancelled.nudge = None
    cancelled.left = {"c": OpenStep("check", "@1/check#1", "approval", 1)}
    assert not Followed(cancelled, [], place).ended
    cancelled.left = {}
    assert Followed(cancelled, [], place).ended


def test_a_failed_run_is_waited_for_since_somebody_may_let_it_go_on(
    here: World, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    here.machines.abort_all()
    fail_run(read_run(TENANT, run.run_id), {"error": "StepFailed", "cause": "no such thing"})
    failed = followed(run)
    assert (failed.run.status, failed.ended) == ("FAILED", False)
    with meanwhile(lambda: retry_run(here.caller("op"), run.run_id), monkeypatch):
        found = followed(run, failed.cursor, seconds=20)
    assert found.entries[0].type == "run.retried"


def test_a_run_that_begins_again_goes_on_behind_its_end(here: World, run: Run) -> None:
    cancel_run(here.caller("alice"), run.run_id)
    ended = followed(run)
    restart_run(here.caller("op"), run.run_id)
    found = followed(run, ended.cursor)
    assert (found.entries[0].type, found.ended) == ("run.restarted", False)


# ---- what is refused


@pytest.mark.parametrize(
    "cursor",
    [
        "",
        "nonsense",
        cursor_at("1"),
        cursor_at("000000000x"),
        cursor_at("\u0660" * 10),
        cursor_at("-000000001"),
        encode_cursor({"after": 3}),
        encode_cursor({"PK": "T#umbrella"}),
    ],
)
def test_a_cursor_of_somebody_elses_making_is_refused(run: Run, cursor: str) -> None:
    with pytest.raises(Malformed) as refusal:
        followed(run, cursor)
    assert refusal.value.field == "cursor"


def test_a_cursor_of_a_longer_run_is_refused(run: Run) -> None:
    """It would let somebody wait for events of which the first are skipped."""
    with pytest.raises(Malformed):
        followed(run, cursor_at(f"{run.sequence + 1:010d}"))


def test_another_tenants_run_is_nobodys(run: Run) -> None:
    with pytest.raises(NotFound):
        follow("umbrella", run.run_id, cursor=None, limit=50, seconds=20)
    with pytest.raises(NotFound):
        follow(TENANT, new_run_id(), cursor=None, limit=50, seconds=20)
    other = run.run_id[:-1] + ("0" if run.run_id[-1] != "0" else "1")
    with pytest.raises(NotFound):
        follow(TENANT, other, cursor=None, limit=50)
