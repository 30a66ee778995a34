"""GET /decide/{token}"""

from signoff.contracts.pages.decisions import show
from signoff.contracts.pages.face import PAGES
from signoff.entrypoints.http import HttpRequest
from signoff.entrypoints.public import public
from signoff.entrypoints.respond import Answer


def show_decision(http: HttpRequest) -> Answer:
    """Show what a link asks to decide. Decides nothing."""
    return show(http.path_parameters["token"], http.query.get("outcome", ""))


handler = public(PAGES, "GET /decide/{token}", show_decision)
