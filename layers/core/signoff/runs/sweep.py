"""The sweep: each minute, whatever was owed to Step Functions, or due, and has not been done."""

import heapq
import logging
import time
from collections import Counter
from collections.abc import Callable, Iterator

from signoff.clock import after, seconds_since, timestamp
from signoff.directory.user import User, is_user_item
from signoff.runs.clear import clear_up
from signoff.runs.leave import set_off
from signoff.runs.model import FIRST_CHECK_SECONDS, RUN_SORT_KEY, Run
from signoff.runs.nudge import send_output
from signoff.runs.reconcile import describe, settle_ended
from signoff.storage.store import NUDGE_SHARDS, NUDGES, state
from signoff.storage.table import Key
from signoff.storage.transaction import ConditionFailed, Contended, Transaction, unchanged
from signoff.tasks.departure import hand_on_all
from signoff.tasks.model import Step, Task, is_task_key
from signoff.tasks.withdraw import withdraw_decided

_log = logging.getLogger(__name__)

OnTimer = Callable[[Task], object]

_PAGE = 100
_LONGEST_CHECK_SECONDS = 24 * 3600


def sweep(deadline: float, on_timer: OnTimer) -> dict[str, int]:
    """Make every nudge that is due, oldest first, until none is left or ``deadline`` is near.

    ``deadline`` is on ``time.monotonic()``'s clock. Tasks whose timer should have come and has not
    go to ``on_timer``. Answers how many were made, by kind. One that fails is logged, counted as
    "failed" and due again in the next sweep.
    """
    done: Counter[str] = Counter()
    for key in _due():
        if time.monotonic() > deadline:
            done["left"] += 1
            break
        try:
            done[nudge_item(key, on_timer)] += 1
        except Exception:  # noqa: BLE001 - one poison item must not keep the others waiting
            _log.exception("a nudge failed", extra={"key": key})
            done["failed"] += 1
    return dict(done)


def nudge_item(key: Key, on_timer: OnTimer | None = None) -> str:
    """Make the nudge that the run, step, task or user under ``key`` is marked for, if it still is.

    Answers what was done: start, stop, check, step, timer, user or nothing.
    """
    item = state().get(key)
    if item is None or "nudgeAt" not in item:
        return "nothing"
    if item["SK"] == RUN_SORT_KEY:
        run = Run.from_item(item)
        return "nothing" if _can_wait(run) else nudge_run(run)
    if is_user_item(item):
        hand_on_all(User.from_item(item))
        return "user"
    if not is_task_key(key):
        nudge_step(Step.from_item(item))
        return "step"
    if on_timer is None or item["nudgeAt"] > timestamp():  # the index is a moment behind
        return "nothing"
    on_timer(Task.from_item(item))
    return "timer"


def nudge_run(run: Run) -> str:
    """Start, clear up or look after the run, as its mark says."""
    if run.nudge == "stop":
        clear_up(run)
        return "stop"
    if run.nudge == "start" and set_off(run):
        return "start"
    execution = describe(run)
    if execution is None or execution["status"] != "RUNNING":
        settle_ended(run, execution or {"status": "LOST"})
    elif run.nudge == "check":
        _put_off(run)
    return "check"


def nudge_step(step: Step) -> None:
    """Tell the machine what a closed step came to, and take its siblings' tasks away."""
    if len(step.asks) > 1:
        withdraw_decided(step)
    if send_output(step):
        return
    # The token was used, or its execution is over. In the first case the branch waits for others
    # at a join; in the second the run's next attempt passes the recorded result on by itself.
    _unmark(step)


def _can_wait(run: Run) -> bool:
    """Whether the mark is for later: a look at a healthy run, an attempt after several in vain."""
    later = run.nudge == "check" or run.stalled > 1
    return later and (run.nudge_at or "") > timestamp()


def _due() -> Iterator[Key]:
    """Keys of what is due, of all shards together, oldest first."""
    shards = (
        state().query_all(f"N#{shard}", before=timestamp(), index=NUDGES, limit=_PAGE)
        for shard in range(NUDGE_SHARDS)
    )
    for item in heapq.merge(*shards, key=lambda each: str(each["nudgeAt"])):
        yield item["PK"], item["SK"]


def _put_off(run: Run) -> None:
    """Look after a healthy run again later: each time twice as late, at most daily."""
    age = max(FIRST_CHECK_SECONDS, seconds_since(run.updated_at))
    later = Transaction()
    later.update(
        state(),
        run.key,
        set_={"nudgeAt": after(min(2 * age, _LONGEST_CHECK_SECONDS))},
        condition=unchanged(run.sequence),
    )
    _commit_unless_moved(later)


def _unmark(step: Step) -> None:
    done = Transaction()
    done.update(
        state(),
        step.key,
        remove=("nudgeShard", "nudgeAt"),
        condition=unchanged(step.version),
    )
    _commit_unless_moved(done)


def _commit_unless_moved(transaction: Transaction) -> None:
    try:
        transaction.commit()
    except (ConditionFailed, Contended):
        return  # somebody has just written the item; it needs no care now
