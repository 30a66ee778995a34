"""POST /decide/{token}"""

from signoff.contracts.pages.decisions import take
from signoff.contracts.pages.face import PAGES
from signoff.contracts.pages.reading import read_fields
from signoff.entrypoints.http import HttpRequest
from signoff.entrypoints.public import public
from signoff.entrypoints.respond import Answer


def decide_by_link(http: HttpRequest) -> Answer:
    """Decide the task of a link as its person has confirmed it."""
    fields = read_fields(http, "outcome", "comment")
    return take(http.path_parameters["token"], fields["outcome"], fields["comment"])


handler = public(PAGES, "POST /decide/{token}", decide_by_link)
