"""GET /decide/{token}/document"""

from signoff.contracts.pages.decisions import open_document
from signoff.contracts.pages.face import PAGES
from signoff.entrypoints.http import HttpRequest
from signoff.entrypoints.public import public
from signoff.entrypoints.respond import Answer


def open_linked_document(http: HttpRequest) -> Answer:
    """Go on to the document that a link asks to decide about."""
    return open_document(http.path_parameters["token"])


handler = public(PAGES, "GET /decide/{token}/document", open_linked_document)
