"""GET /oauth/authorize"""

from signoff.contracts.oauth.face import OAUTH
from signoff.entrypoints.http import HttpRequest, write_answer
from signoff.entrypoints.public import public
from signoff.entrypoints.respond import Answer
from signoff.identity import oauth


def authorize(http: HttpRequest) -> Answer:
    """Send the browser to the sign-in page, or back with what is wrong."""
    return write_answer(302, None, {"Location": oauth.authorize(http.query)})


handler = public(OAUTH, "GET /oauth/authorize", authorize)
