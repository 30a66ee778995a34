"""POST /oauth/token"""

from signoff.contracts.oauth.face import OAUTH
from signoff.contracts.oauth.reading import read_form
from signoff.entrypoints.http import HttpRequest, write_answer
from signoff.entrypoints.public import public
from signoff.entrypoints.respond import Answer
from signoff.identity import oauth


def exchange_token(http: HttpRequest) -> Answer:
    """Give tokens for a code with its verifier, or for a refresh token, which is good once."""
    return write_answer(200, oauth.exchange(read_form(http)), {"Pragma": "no-cache"})


handler = public(OAUTH, "POST /oauth/token", exchange_token)
