"""What a page's form sends."""

from urllib.parse import parse_qs

from signoff.entrypoints.http import HttpRequest
from signoff.entrypoints.refusals import MalformedBody, Problem

# The longest comment in signs of four bytes, each byte written with three characters, and the rest.
_MOST = 64 * 1024
_MAX_FIELDS = 10


def read_fields(http: HttpRequest, *names: str) -> dict[str, str]:
    """The named fields of the form, empty where one was not sent; lines end as ours do.

    Raises MalformedBody for what no form of ours sends, and TooLarge.
    """
    content = http.body(_MOST)
    kind = http.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind != "application/x-www-form-urlencoded":
        raise _not_ours()
    try:
        found = parse_qs(
            content.decode("utf-8"),
            keep_blank_values=True,
            max_num_fields=_MAX_FIELDS,
            errors="strict",
        )
    except ValueError as error:
        raise _not_ours() from error
    if any(len(found.get(name, [])) > 1 for name in names):
        raise _not_ours()
    sent = {name: found.get(name, [""])[0] for name in names}
    return {name: text.replace("\r\n", "\n").replace("\r", "\n") for name, text in sent.items()}


def _not_ours() -> MalformedBody:
    return MalformedBody((Problem("What was sent is not the form of this page"),))
