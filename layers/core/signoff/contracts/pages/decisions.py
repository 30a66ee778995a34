"""The pages behind a link: to look, to decide, and to open the document.

What a mail's reader, or the program that looks at links before them, opens with GET changes
nothing, however often. Only the form's POST decides.
"""

from signoff.contracts.pages.form_page import Filled, facts, form_page
from signoff.contracts.pages.html import join, tag
from signoff.contracts.pages.page import answer, page
from signoff.contracts.pages.shown import look_up
from signoff.contracts.pages.words import headline_of, story_of
from signoff.documents.download import link_to
from signoff.entrypoints.respond import Answer
from signoff.errors import Invalid, NotFound
from signoff.links.decide import LinkSpent, decide
from signoff.links.standing import EXPIRED, OPEN, USED, Standing, stand
from signoff.links.token import read

_GONE = 410


def show(token: str, outcome: str) -> Answer:
    """The form, with ``outcome`` chosen, or how the link stands. Raises BadLink and Unavailable."""
    return _shown(token, stand(read(token)), Filled(outcome))


def take(token: str, outcome: str, comment: str) -> Answer:
    """Decide, and go back to the page, which then says so: loading it again repeats nothing.

    The form once more where something is missing in it. Raises BadLink, Busy and Unavailable.
    """
    link = read(token)
    try:
        decide(link, outcome, comment)
    except LinkSpent as spent:
        return _spent(spent.standing)
    except Invalid as problem:
        return _shown(token, stand(link), Filled(outcome, comment, problem))
    # Relative to this page (RFC 9110, 10.2.2), whatever address the API is reached by.
    return answer(303, "", Location=token)


def open_document(token: str) -> Answer:
    """On to the version of the document that is decided about; that address works some minutes.

    Raises BadLink, Unavailable, and what the document's own link raises.
    """
    now = stand(read(token))
    if now.state != OPEN:
        return _shown(token, now, Filled())
    run = now.run
    if run.document_ref is None or run.document_version is None:
        raise NotFound("There is no document of ours")
    download = link_to(run.tenant, run.document_ref, run.document_version.number)
    return answer(302, "", Location=download.link.url)


def _shown(token: str, now: Standing, filled: Filled) -> Answer:
    if now.state == OPEN:
        status = 422 if filled.problem else 200
        return answer(status, form_page(token, now, look_up(now), filled))
    return _spent(now, 200 if now.state == USED else _GONE)


def _spent(now: Standing, status: int = _GONE) -> Answer:
    """What has become of a link that can decide nothing."""
    # Who is nobody here any more, or comes late, is told no names.
    may_know = now.state != EXPIRED and now.user is not None and now.user.active
    shown = look_up(now) if may_know else None
    headline = headline_of(now)
    about = join(tag("h2", now.task.step_name), facts(None, now, shown)) if shown else None
    body = page(headline, tag("h1", headline), story_of(now, shown), about)
    return answer(status, body)
