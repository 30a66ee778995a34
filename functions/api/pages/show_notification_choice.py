"""GET /notifications/{token}"""

from signoff.contracts.pages.face import PAGES
from signoff.contracts.pages.telling import show
from signoff.entrypoints.http import HttpRequest
from signoff.entrypoints.public import public
from signoff.entrypoints.respond import Answer


def show_notification_choice(http: HttpRequest) -> Answer:
    """Show how the person of a link is told of their tasks. Changes nothing."""
    return show(http.path_parameters["token"], http.query.get("saved", ""))


handler = public(PAGES, "GET /notifications/{token}", show_notification_choice)
