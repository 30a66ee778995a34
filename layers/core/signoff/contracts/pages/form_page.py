"""The page on which somebody decides: what it is about, and a form to confirm."""

from dataclasses import dataclass

from signoff.contracts.pages.html import Html, join, own, tag
from signoff.contracts.pages.page import page
from signoff.contracts.pages.shown import Shown
from signoff.contracts.pages.words import moment
from signoff.errors import Invalid
from signoff.limits import COMMENT_CHARACTERS
from signoff.links.choices import Choice, choices_of, needs_form
from signoff.links.standing import Standing

_FORM_NEEDED = (
    "This task has a form that must be filled in. Open it where you see your tasks; here you can "
    "only ask for changes."
)


@dataclass(frozen=True)
class Filled:
    """What is in the form: the chosen action, the comment, and what was wrong with them, if so."""

    outcome: str = ""
    comment: str = ""
    problem: Invalid | None = None


def form_page(token: str, standing: Standing, shown: Shown, filled: Filled) -> str:
    """The page; nothing in it decides but the form's button."""
    step, task = standing.step, standing.task
    choices = choices_of(step, task)
    wrong = f"Not recorded: {filled.problem.message} - " if filled.problem else ""
    about = shown.document or shown.workflow
    return page(
        f"{wrong}{task.step_name} - {about}",
        _summary(filled.problem, choices),
        tag("h1", own(task.step_name)),
        facts(token, standing, shown),
        tag("p", _FORM_NEEDED) if needs_form(step, task) else None,
        _form(token, choices, filled) if choices else None,
    )


def facts(token: str | None, standing: Standing, shown: Shown) -> Html:
    """What it is about, as terms and descriptions. With ``token`` the document can be opened."""
    task, user = standing.task, standing.user
    title = own(shown.document) if shown.document else None
    if title and token and shown.has_content:
        address = f"{token}/document"
        title = tag("a", title, href=address, rel="noreferrer")
    remark = tag("span", own(shown.remark), class_="said") if shown.remark else None
    rows: list[tuple[str, Html | None]] = [
        ("Document", title),
        ("Workflow", own(shown.workflow)),
        ("Asked by", own(shown.asker)),
        (f"{shown.remark_by or 'Somebody'} asks for", remark),
        ("Due", moment(task.due_at) if task.due_at else None),
        ("You decide as", own(user.name) if user and token else None),
    ]
    terms = [join(tag("dt", term), tag("dd", told)) for term, told in rows if told]
    return tag("dl", *terms)


def _summary(problem: Invalid | None, choices: tuple[Choice, ...]) -> Html | None:
    if problem is None:
        return None
    target = "#comment" if problem.field == "comment" or not choices else "#outcome-0"
    return tag(
        "div",
        tag("p", "Your decision is not recorded yet", class_="label"),
        tag("p", tag("a", problem.message, href=target)),
        class_="problem",
        role="alert",
        # It has the focus when the page comes back, so that it is what is read first: no script can
        # give it to it, and an alert that is there from the beginning is not announced everywhere.
        tabindex="-1",
        autofocus=True,
    )


def _form(token: str, choices: tuple[Choice, ...], filled: Filled) -> Html:
    problem = filled.problem
    wrong_choice = problem if problem and problem.field == "outcome" else None
    options = [_option(at, choice, filled.outcome) for at, choice in enumerate(choices)]
    return tag(
        "form",
        tag(
            "fieldset",
            tag("legend", "Your decision"),
            _wrong("outcome-wrong", wrong_choice),
            *options,
            aria_describedby="outcome-wrong" if wrong_choice else None,
        ),
        _comment(choices, filled),
        tag("button", "Confirm", type="submit"),
        # Relative to this page, so that it holds behind any address the API may be given.
        method="post",
        action=token,
        accept_charset="utf-8",
    )


def _option(at: int, choice: Choice, chosen: str) -> Html:
    return tag(
        "div",
        tag(
            "input",
            type="radio",
            name="outcome",
            id=f"outcome-{at}",
            value=choice.action,
            required=True,
            checked=choice.action == chosen,
        ),
        tag("label", own(choice.label), for_=f"outcome-{at}"),
        class_="choice",
    )


def _comment(choices: tuple[Choice, ...], filled: Filled) -> Html:
    problem = filled.problem if filled.problem and filled.problem.field == "comment" else None
    needing = [choice.label for choice in choices if choice.needs_comment]
    needed = f"Needed for: {', '.join(needing)}. " if needing else ""
    return tag(
        "div",
        tag("label", "Comment", for_="comment", class_="label"),
        tag("p", f"{needed}At most {COMMENT_CHARACTERS:,} characters.", id="hint", class_="hint"),
        _wrong("comment-wrong", problem),
        # The parser drops one line break that follows the tag, so it gets one that is nobody's.
        tag(
            "textarea",
            f"\n{filled.comment}",
            id="comment",
            name="comment",
            rows="5",
            maxlength=str(COMMENT_CHARACTERS),
            required=len(needing) == len(choices),
            aria_describedby="hint comment-wrong" if problem else "hint",
            aria_invalid="true" if problem else None,
        ),
    )


def _wrong(id_: str, problem: Invalid | None) -> Html | None:
    return tag("p", problem.message, id=id_, class_="wrong") if problem else None
