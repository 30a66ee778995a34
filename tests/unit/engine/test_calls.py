"""What a command costs: calls to AWS, counted."""

from signoff.runs.start import start_run
from signoff.storage.table import Table
from signoff.tasks.claim import claim_task
from signoff.tasks.decide import decide_task
from signoff.tasks.release import release_task
from signoff.tasks.worklist import group_worklist, own_worklist
from tests.unit.engine.acting import start, task_of
from tests.unit.engine.definitions import DIRECT, POOL


def calls(here, act):
    with here.faults.watching() as seen:
        act()
    return seen.seen


def test_commands_and_lists_stay_within_their_calls(here):
    here.publish(POOL)
    start(here, "pool", "alice", "initiators")  # the version is remembered from here on
    alice, bob = here.caller("alice", "initiators"), here.caller("bob", "legal")
    begun = []
    seen = calls(
        here,
        lambda: begun.append(start_run(alice, "pool", variables={}, document_ref="d").run_id),
    )
    assert seen == ["GetItem", "TransactWriteItems", "start_execution"]
    task_id = task_of(begun[0], "check").task_id
    for act in (claim_task, release_task, claim_task):
        seen = calls(here, lambda act=act: act(bob, task_id))
        assert seen == ["BatchGetItem", "TransactWriteItems"]
    seen = calls(here, lambda: decide_task(bob, task_id, "APPROVE"))
    assert seen == ["BatchGetItem", "TransactWriteItems", "send_task_success"]
    seen = calls(here, lambda: own_worklist(bob, limit=50, cursor=None))
    assert seen == ["Query"]
    eve = here.caller("eve", "legal", "reviewers")
    assert calls(here, lambda: group_worklist(eve, limit=50, cursor=None)) == ["Query"] * 2


def test_a_list_reads_one_item_more_than_it_returns_however_long_it_is(here, monkeypatch):
    here.publish(DIRECT)
    for _ in range(6):
        start(here, "one-approval")
    read = []
    query = Table.query

    def counted(table, *given, **more):
        page = query(table, *given, **more)
        read.append(len(page.items))
        return page

    monkeypatch.setattr(Table, "query", counted)
    slice_ = own_worklist(here.caller("bob"), limit=2, cursor=None)
    assert (len(slice_.items), read) == (2, [3])


def test_pages_of_several_groups_follow_each_other_without_gap_or_double(here):
    here.publish(POOL)
    for _ in range(7):
        start(here, "pool", "alice", "initiators")
    eve = here.caller("eve", "legal", "reviewers")
    everything = group_worklist(eve, limit=50, cursor=None)
    assert everything.cursor is None
    seen, cursor = [], None
    for _ in range(5):
        page = group_worklist(eve, limit=2, cursor=cursor)
        seen += page.items
        cursor = page.cursor
        if cursor is None:
            break
    assert seen == everything.items
    assert len(seen) == 7
