"""POST /notifications/{token}"""

from signoff.contracts.pages.face import PAGES
from signoff.contracts.pages.reading import read_fields
from signoff.contracts.pages.telling import choose
from signoff.entrypoints.http import HttpRequest
from signoff.entrypoints.public import public
from signoff.entrypoints.respond import Answer


def choose_notifications(http: HttpRequest) -> Answer:
    """Choose how the person of a link is told of their tasks."""
    return choose(http.path_parameters["token"], read_fields(http, "channel")["channel"])


handler = public(PAGES, "POST /notifications/{token}", choose_notifications)
