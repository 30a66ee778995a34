"""Who is told what of an entry. One function per type of entry; what has none tells nobody.

Nobody is told of their own act, and nothing is said that is over by now: the task is read, and the
entry only says why it is looked at.
"""

from collections.abc import Callable, Iterable

from signoff.directory.groups import ADMINISTRATORS
from signoff.errors import StepFailed
from signoff.identity.principal import is_nobodys
from signoff.identity.settings import (
    ADDRESS_SUPPRESSED,
    WEBHOOK_DELIVERY_FAILED,
    WEBHOOK_DISABLED,
    WEBHOOK_FAILING,
)
from signoff.notifications.members import members
from signoff.notifications.notice import Notice, Reason
from signoff.notifications.occurrence import Occurrence
from signoff.notifications.work import Work, may_decide, read_work_now
from signoff.sla.people import named
from signoff.sla.stages import ACTING
from signoff.storage.store import state
from signoff.webhooks.subscription import subscription_key

# Whom: people by id, each with the group they are asked as a member of, or None.
Told = dict[str, str | None]

MAX_NAMED = 500
_SPEAKING = ACTING | {"remind"}


def audience(entry: Occurrence) -> list[Notice]:
    """The notices of ``entry``, one per person and reason."""
    if entry.type in _OF_TASKS:
        work = read_work_now(entry.tenant, str(entry.detail.get("taskId")))
        return _for_others(entry, _OF_TASKS[entry.type](entry, work)) if work else []
    if entry.type in _OF_SETTINGS:
        return _for_others(entry, _to_administrators(entry))
    if entry.type == "notification.sent":
        return _for_others(entry, _notified(entry))
    return []


def _for_others(entry: Occurrence, notices: Iterable[Notice]) -> list[Notice]:
    """``notices`` but those for who did it, and for those who are no people."""
    kept = {
        (notice.person, notice.name): notice
        for notice in notices
        if notice.person != entry.actor and not is_nobodys(notice.person)
    }
    return list(kept.values())


def _opened(entry: Occurrence, work: Work) -> list[Notice]:
    if work.task.rework_of is not None:
        return _to_holders(entry, work, "rework")
    return _to_holders(entry, work, "reworked" if work.was_reworked else "assigned")


def _handed_over(entry: Occurrence, work: Work) -> list[Notice]:
    """Who has it now, and who had it until then."""
    task = work.task
    had_it = task.owner is not None and task.owner in task.formerly
    notices = _to_holders(entry, work, "given-back" if had_it else "assigned")
    former = entry.detail.get("from")
    if isinstance(former, str) and former != task.owner:
        notices.append(_of_task(entry, work, former, "withdrawn"))
    return notices


def _closed(entry: Occurrence, work: Work) -> list[Notice]:
    """Taken back, or decided by a deadline: told to who had it. A pool sees it in its worklist."""
    owner = work.task.owner
    if owner is None or work.is_open:
        return []
    return [_of_task(entry, work, owner, "withdrawn")]


def _decided(entry: Occurrence, work: Work) -> list[Notice]:
    return _closed(entry, work) if work.task.decided_by is not None else []


def _warned(entry: Occurrence, work: Work) -> list[Notice]:
    return [] if _speaks(work, "onWarn") else _to_holders(entry, work, "due-soon")


def _breached(entry: Occurrence, work: Work) -> list[Notice]:
    return [] if _speaks(work, "onBreach") else _to_holders(entry, work, "overdue")


def _speaks(work: Work, moment: str) -> bool:
    """Whether who has the task hears of this moment in another way: the definition reminds then, in
    words of its own perhaps, or the task is taken from them at once, which is told too."""
    actions = (work.step.spec.get("sla") or {}).get(moment, [])
    return any(each["action"] in _SPEAKING and not each.get("after") for each in actions)


def _acted(entry: Occurrence, work: Work) -> list[Notice]:
    """A reminder is for who can still do it; others are told even if it is done by now.

    Once a moment: who is the manager, an administrator and named besides is told once. What one
    moment asks for has one time, being written at once.
    """
    reason: Reason = "reminder" if entry.detail.get("action") == "remind" else "escalated"
    people = _people(entry, entry.detail.get("to"))
    if reason == "reminder":
        people = _who_can(work, people) if work.is_open else {}
    return [
        _of_task(entry, work, person, reason, occasion=f"moment@{entry.at}", group=group)
        for person, group in people.items()
    ]


def _notified(entry: Occurrence) -> list[Notice]:
    run_id, path = str(entry.run_id), str(entry.detail.get("path"))
    return [
        Notice(entry.tenant, person, "notification", run_id, path, entry.key, group)
        for person, group in _people(entry, entry.detail.get("to")).items()
    ]


def _to_administrators(entry: Occurrence) -> list[Notice]:
    """A webhook that is disabled is told to who made it, too."""
    reason, about_field, daily = _OF_SETTINGS[entry.type]
    about = str(entry.detail.get(about_field))
    told: Told = dict(members(entry.tenant, (ADMINISTRATORS,), entry.at))
    maker = _maker(entry.tenant, about) if entry.type == WEBHOOK_DISABLED else None
    if maker:
        told.setdefault(maker, None)
    # Of a receiver that is down each event fails by itself, and one that takes a few and refuses
    # more fails and recovers every few seconds: one word a day is enough.
    occasion = entry.at[:10] if daily else entry.id
    return [
        Notice(entry.tenant, person, reason, about, occasion, entry.key, group)
        for person, group in told.items()
    ]


def _maker(tenant: str, webhook_id: str) -> str | None:
    """Who made a webhook, if they are a person and it is still there."""
    item = state().get(subscription_key(tenant, webhook_id))
    return item.get("createdBy") if item else None


def _to_holders(entry: Occurrence, work: Work, reason: Reason) -> list[Notice]:
    """To who has the task, or to the members of its groups; nobody once it is over."""
    task = work.task
    if not work.is_open:
        return []
    if task.owner is not None:
        return [_of_task(entry, work, task.owner, reason)]
    told = _who_can(work, dict(members(entry.tenant, task.groups, entry.at)))
    return [_of_task(entry, work, person, reason, group=group) for person, group in told.items()]


def _who_can(work: Work, people: Told) -> Told:
    """Those of ``people`` who could do the task as it is now."""
    if work.task.owner is not None:
        return {each: group for each, group in people.items() if each == work.task.owner}
    return {each: group for each, group in people.items() if may_decide(work, each)}


def _people(entry: Occurrence, to: object) -> Told:
    """The people that an evaluated ``to`` names, and the members of its groups."""
    try:
        people = named(to)
    except StepFailed:
        return {}  # an expression yielded something that names nobody
    told: Told = dict.fromkeys(people["users"][:MAX_NAMED])
    for person, group in members(entry.tenant, people["groups"], entry.at).items():
        told.setdefault(person, group)
    return told


def _of_task(
    entry: Occurrence,
    work: Work,
    person: str,
    reason: Reason,
    *,
    occasion: str | None = None,
    group: str | None = None,
) -> Notice:
    """Of one opening of a task there is one notice per reason: opening it again asks anew."""
    task = work.task
    told_of = occasion or task.opened_at
    return Notice(entry.tenant, person, reason, task.task_id, told_of, entry.key, group)


_OF_TASKS: dict[str, Callable[[Occurrence, Work], list[Notice]]] = {
    "task.opened": _opened,
    "task.delegated": _handed_over,
    "task.reassigned": _handed_over,
    "task.closed": _closed,
    "task.decided": _decided,
    "task.warned": _warned,
    "task.breached": _breached,
    "sla.acted": _acted,
}

# Of the settings: the reason, what names the thing, and whether it is told once a day at most.
_OF_SETTINGS: dict[str, tuple[Reason, str, bool]] = {
    WEBHOOK_FAILING: ("webhook-failing", "webhookId", True),
    WEBHOOK_DISABLED: ("webhook-disabled", "webhookId", False),
    WEBHOOK_DELIVERY_FAILED: ("delivery-failed", "webhookId", True),
    ADDRESS_SUPPRESSED: ("address-suppressed", "addressId", False),
}
