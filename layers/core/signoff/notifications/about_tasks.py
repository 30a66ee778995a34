"""Letters about a task: what waits, what is late, what is no longer the reader's."""

from collections.abc import Callable
from dataclasses import replace

from signoff.directory.groups import ADMINISTRATORS
from signoff.identity.principal import is_nobodys
from signoff.links.choices import label_of, needs_form
from signoff.links.offer import Offer, offer
from signoff.notifications.letter import Button, Letter
from signoff.notifications.notice import TO_DO, Notice
from signoff.notifications.occurrence import Occurrence
from signoff.notifications.plain import moment
from signoff.notifications.reading import Names, title_of, workflow_of
from signoff.notifications.work import Work, read_work_now

Parts = tuple[str, str]  # the subject's first words, and the leading sentence

# Why no link approves it: a link takes no more than a comment.
_HAS_FORM = " It has a form that must be filled in, where you see your tasks."


class Story:
    """A notice with all that its letter needs to be told."""

    def __init__(self, notice: Notice, entry: Occurrence, work: Work) -> None:
        task, run = work.task, work.run
        self.notice, self.entry, self.work = notice, entry, work
        self.names = Names(notice.tenant, (entry.actor, run.initiator, task.owner))
        self.title, self.workflow = title_of(run), workflow_of(run)
        self.step = task.step_name

    @property
    def actor(self) -> str:
        """Who did it."""
        return self.names.of(self.entry.actor)

    @property
    def due(self) -> str:
        """When it is, or was, due."""
        due = self.work.task.due_at or self.entry.detail.get("dueAt")
        return moment(due) if due else "its deadline"

    @property
    def thing(self) -> str:
        """What it is about, as a sentence says it."""
        return f"{self.title} ({self.step})"


def letter_of_task(notice: Notice, entry: Occurrence) -> Letter | None:
    """The letter, or None where what it would say is not so any more."""
    work = read_work_now(notice.tenant, notice.about)
    if work is None or not _still_so(notice, work):
        return None
    story = Story(notice, entry, work)
    opening, lead = _PARTS[notice.reason](story)
    if notice.reason in TO_DO and needs_form(work.step, work.task):
        lead += _HAS_FORM
    letter = Letter(
        subject=f"{opening}: {story.thing}",
        lead=lead,
        why=_why(story),
        facts=_facts(story),
    )
    letter = _with_quote(letter, story)
    if notice.reason not in TO_DO:
        return letter
    found = offer(work.task, notice.person)
    if found:
        return _with_links(letter, found)
    # Nothing to offer: it cannot be done by link, or somebody has acted while this was written.
    now = read_work_now(notice.tenant, notice.about)
    return letter if now and _still_so(notice, now) else None


def _still_so(notice: Notice, work: Work) -> bool:
    if notice.reason in TO_DO:
        # Who was told as one of many and has it by now took it themself, or is told so.
        is_taken = notice.group is not None and work.task.owner is not None
        return work.is_open and work.waits_for(notice.person) and not is_taken
    if notice.reason == "withdrawn":
        return not (work.is_open and work.task.owner == notice.person)
    return True


def _assigned(story: Story) -> Parts:
    if story.notice.group:
        return _asks(story), (
            f"{story.thing} waits for a decision of {story.notice.group}. Whoever of you decides "
            "first has taken it."
        )
    return _asks(story), f"{story.thing} waits for your decision."


def _given_back(story: Story) -> Parts:
    return "Yours again", f"{story.thing} has come back to you and waits for your decision."


def _rework(story: Story) -> Parts:
    return "Changes requested", f"{story.actor} asks for changes to {story.thing} before deciding."


def _reworked(story: Story) -> Parts:
    return "Changed, please look again", (
        f"{story.actor} has made changes to {story.thing}, which waits for your decision again."
    )


def _due_soon(story: Story) -> Parts:
    return "Due soon", f"{story.thing} waits for your decision until {story.due}."


def _overdue(story: Story) -> Parts:
    return "Overdue", f"{story.thing} was due on {story.due} and still waits for your decision."


def _reminder(story: Story) -> Parts:
    task = story.work.task
    # Of the moments that have been acted on the warning is the first, where there is one.
    is_late = task.alerts > (1 if task.warn_at else 0)
    return _overdue(story) if is_late else _due_soon(story)


def _escalated(story: Story) -> Parts:
    owner = story.work.task.owner
    who = story.names.of(owner) if owner else "its group"
    return "Late", f"{story.thing} was to be decided by {story.due}; it was put to {who}."


def _withdrawn(story: Story) -> Parts:
    """By whom it was taken: a person, or a deadline that decided, or the run that went on."""
    task, entry = story.work.task, story.entry
    if entry.type in ("task.delegated", "task.reassigned"):
        now = story.names.of(task.owner) if task.owner else "a group"
        who = f"{story.actor} has given it to {now}" if entry.actor else f"{now} has it now"
        said = f"{story.thing} is no longer yours to decide: {who}."
    elif entry.type == "task.decided":
        outcome = label_of(str(task.outcome))
        said = f"{story.thing} was decided in your place when its deadline had passed: {outcome}."
    elif entry.detail.get("reason") == "decided":
        said = f"{story.thing} needs no decision of yours any more: others have decided it."
    else:
        said = f"{story.thing} needs no decision of yours any more: the workflow has moved on."
    return "No longer yours", said


def _asks(story: Story) -> str:
    return "To do" if story.work.step.type == "task" else "Please decide"


def _why(story: Story) -> str:
    notice = story.notice
    if notice.reason == "withdrawn":
        return "You are told because the task was yours."
    if notice.group == ADMINISTRATORS:
        return "You are told because you are an administrator."
    if notice.group:
        return f"You are told because you are a member of {notice.group}."
    if notice.reason == "escalated":
        return "You are told because the workflow names you for tasks that are late."
    if notice.reason == "rework":
        return "You are told because what you submitted is to be changed."
    return "You are told because the task was put to you."


def _facts(story: Story) -> tuple[tuple[str, str], ...]:
    run, task = story.work.run, story.work.task
    facts = [("Subject", story.title)] if run.document_ref else []
    facts += [("Step", story.step), ("Workflow", story.workflow)]
    facts.append(("Submitted by", story.names.of(run.initiator)))
    if task.due_at and story.notice.reason != "withdrawn":
        facts.append(("Due", moment(task.due_at)))
    if run.urgency and run.urgency != "normal":
        facts.append(("Urgency", run.urgency))
    return tuple(facts)


def _with_quote(letter: Letter, story: Story) -> Letter:
    """What the definition, or a person, wants to be read."""
    entry, beside = story.entry, story.work.beside
    reason = story.notice.reason
    if reason in ("reminder", "escalated"):
        return replace(letter, quote=_text(entry.detail.get("message")))
    if reason in ("rework", "reworked") and beside is not None:
        return replace(letter, quote=_text(beside.comment), quoted=story.actor)
    if entry.type in ("task.delegated", "task.reassigned"):
        person = entry.actor and not is_nobodys(entry.actor)
        quoted = story.actor if person else None
        return replace(letter, quote=_text(entry.detail.get("reason")), quoted=quoted)
    return letter


def _text(value: object) -> str | None:
    return value if isinstance(value, str) and value.strip() else None


def _with_links(letter: Letter, found: Offer) -> Letter:
    return replace(
        letter,
        buttons=tuple(Button(each.label, found.url(each.action)) for each in found.choices),
        note=(
            "Each link opens a page where you confirm, and can add a comment; nothing is decided "
            f"before. They are yours alone and end on {moment(found.ends_at)}."
        ),
    )


_PARTS: dict[str, Callable[[Story], Parts]] = {
    "assigned": _assigned,
    "given-back": _given_back,
    "rework": _rework,
    "reworked": _reworked,
    "due-soon": _due_soon,
    "overdue": _overdue,
    "withdrawn": _withdrawn,
    "reminder": _reminder,
    "escalated": _escalated,
}
