"""The header fields of a request, and which of them a user may give it."""

import re
from collections.abc import Mapping

from signoff.errors import Invalid
from signoff.outbound.urls import Target

METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE")
MAX_HEADERS = 50
MAX_HEADER_BYTES = 16 * 1024

_NAME = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]{1,100}")
_VALUE = re.compile(r"(?:[\x21-\x7e\xa0-\xff](?:[\t\x20-\x7e\xa0-\xff]*[\x21-\x7e\xa0-\xff])?)?")
# They say where a request goes, how long it is and what becomes of the connection.
_OURS = frozenset(
    {"host", "content-length", "transfer-encoding", "connection", "upgrade", "expect", "te"}
    | {"trailer", "keep-alive", "proxy-authorization", "proxy-connection"}
)
_USUAL = {"accept": "*/*", "accept-encoding": "identity", "user-agent": "Signoff"}


def check_headers(headers: Mapping[str, str], *, field: str = "headers") -> None:
    """Raise Invalid, naming ``field``, for headers that cannot be sent or are not a caller's."""
    size = sum(len(name) + len(value) + 4 for name, value in headers.items())
    if len(headers) > MAX_HEADERS or size > MAX_HEADER_BYTES:
        raise Invalid(
            f"There are at most {MAX_HEADERS} headers, of {MAX_HEADER_BYTES // 1024} KiB in all",
            field=field,
        )
    seen: set[str] = set()
    for name, value in headers.items():
        if not _NAME.fullmatch(name):
            raise Invalid("A header's name is of letters, digits and hyphens", field=field)
        if name.lower() in _OURS:
            raise Invalid(f"The header {name} is set by the request itself", field=field)
        if name.lower() in seen:
            raise Invalid(f"The header {name} is there twice", field=field)
        if not _VALUE.fullmatch(value):
            raise Invalid(
                f"The value of the header {name} is one line of Latin-1 without spaces around it",
                field=field,
            )
        seen.add(name.lower())


def fields_of(
    target: Target, method: str, headers: Mapping[str, str], length: int
) -> list[tuple[bytes, bytes]]:
    """All header fields of a request with a body of ``length`` bytes, in order."""
    given = {name.lower() for name in headers}
    fields = [("Host", target.authority), *headers.items()]
    fields += [(name, value) for name, value in _USUAL.items() if name not in given]
    if length or method not in ("GET", "HEAD", "DELETE"):
        fields.append(("Content-Length", str(length)))
    fields.append(("Connection", "close"))
    # Of texts h11 takes ASCII alone.
    return [(name.encode("ascii"), value.encode("latin-1")) for name, value in fields]
