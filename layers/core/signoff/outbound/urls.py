"""Which URLs may be called: read strictly, so that nobody reads them in another way.

A browser takes ``http://0x7f.1``, ``http://2130706433`` and the same in full-width digits for
loopback. Here an address has one spelling, a name is ASCII, and what is anything else is refused.
"""

import re
from dataclasses import dataclass

from signoff.deadline import at_most
from signoff.errors import Invalid
from signoff.outbound.addresses import allows_local, may_call
from signoff.outbound.names import resolve
from signoff.outbound.patience import NoAnswer, Patience

MAX_URL_CHARACTERS = 2_048
# A name is looked up for so long when a URL is checked; one that does not resolve yet is taken.
LOOKUP_SECONDS = 2.0

# RFC 3986: what a URL is made of. Everything else is written %-encoded.
_CHARACTERS = re.compile(r"[A-Za-z0-9\-._~:/?#\[\]@!$&'()*+,;=%]+")
_URL = re.compile(r"(https?)://([^/?#]*)([^#]*)", re.IGNORECASE)
_AUTHORITY = re.compile(r"(?:\[([^\[\]]*)\]|([^:\[\]]*))(?::([0-9]{1,5}))?")
_LABEL = re.compile(r"(?!-)[a-z0-9_-]{1,63}(?<!-)")
# A name whose last label is a number is an IPv4 address to some (WHATWG URL, "ends in a number").
_NUMBER = re.compile(r"[0-9]+|0x[0-9a-f]*")
_IPV4 = re.compile(r"(?:(?:0|[1-9][0-9]{0,2})\.){3}(?:0|[1-9][0-9]{0,2})")
_MAX_NAME = 253
# Ports under 1024 belong to other services, but for these.
_LOW_PORTS = (80, 443)
_FIRST_FREE_PORT = 1024
# Never names of the public internet: RFC 6761, 6762, 7686, 8375, and what ICANN keeps for private
# use.
_PRIVATE_NAMES = (".localhost", ".local", ".localdomain", ".internal", ".onion", ".home.arpa")


@dataclass(frozen=True)
class Target:
    """A URL taken apart. ``host`` is a lower-case name, or an address without brackets.

    ``path`` is what goes into the request line: path and query.
    """

    scheme: str
    host: str
    port: int
    path: str

    @property
    def is_address(self) -> bool:
        """Whether the host is an address, so that there is nothing to look up."""
        return ":" in self.host or _IPV4.fullmatch(self.host) is not None

    @property
    def authority(self) -> str:
        """The ``Host`` header: with the port where it is not the scheme's own."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        usual = 443 if self.scheme == "https" else 80
        return host if self.port == usual else f"{host}:{self.port}"


def check_url(url: str, *, field: str = "url") -> None:
    """Raise Invalid for a URL that would never be called, naming ``field``.

    A name is looked up once, for at most ``LOOKUP_SECONDS``; one that does not resolve is taken.
    Each request judges again, and connects to what it has judged (``outbound.client``).
    """
    target = read_url(url, field=field)
    if target.is_address:
        return
    try:
        found = resolve(target.host, Patience(at_most(LOOKUP_SECONDS)))
    except NoAnswer:
        return
    if not all(map(may_call, found)):
        raise _private(field)


def read_url(url: str, *, field: str = "url") -> Target:
    """The URL taken apart, judged by what can be seen of it without asking anyone.

    Raises Invalid, naming ``field``.
    """
    if len(url) > MAX_URL_CHARACTERS:
        raise Invalid(f"A URL has at most {MAX_URL_CHARACTERS} characters", field=field)
    if not _CHARACTERS.fullmatch(url):
        raise Invalid(
            "A URL has no space and only ASCII: a name as xn--…, everything else %-encoded",
            field=field,
        )
    if "#" in url:
        raise Invalid("The URL has a fragment (#…), which no request carries", field=field)
    parts = _URL.fullmatch(url)
    scheme = parts[1].lower() if parts else ""
    if parts is None or (scheme == "http" and not allows_local()):
        raise Invalid("The URL begins with https:// and names a host", field=field)
    if "@" in parts[2]:
        raise Invalid("The URL has a user name in front of its host", field=field)
    authority = _AUTHORITY.fullmatch(parts[2])
    if authority is None:
        raise Invalid("The URL's host cannot be read", field=field)
    if authority[1] is not None:
        host = _address(authority[1], field, brackets=True)
    else:
        host = _host(authority[2], field)
    path = parts[3] if parts[3].startswith("/") else f"/{parts[3]}"
    return Target(scheme, host, _port(authority[3], scheme, field), path)


def _host(text: str, field: str) -> str:
    host = text.lower()
    labels = host.split(".")
    if _NUMBER.fullmatch(labels[-1]):
        if not _IPV4.fullmatch(host):
            raise Invalid("An IPv4 address is written as four decimal numbers", field=field)
        return _address(host, field)
    if len(host) > _MAX_NAME or not all(map(_LABEL.fullmatch, labels)):
        raise Invalid("The URL's host is no name that can be looked up", field=field)
    if host == "localhost" and allows_local():
        return host
    if len(labels) == 1 or f".{host}".endswith(_PRIVATE_NAMES):
        raise _private(field)
    return host


def _address(text: str, field: str, *, brackets: bool = False) -> str:
    from ipaddress import ip_address

    try:
        address = str(ip_address(text))
        if (":" in address) != brackets:
            raise ValueError("brackets are for IPv6")
    except ValueError as error:
        raise Invalid("The URL's host is no IP address", field=field) from error
    if not may_call(address):
        raise _private(field)
    return address


def _port(text: str | None, scheme: str, field: str) -> int:
    if text is None:
        return 443 if scheme == "https" else 80
    port = int(text)
    if port not in _LOW_PORTS and not _FIRST_FREE_PORT <= port <= 65_535:
        raise Invalid("The URL's port is 443, or one from 1024 to 65535", field=field)
    return port


def _private(field: str) -> Invalid:
    return Invalid(
        "The URL leads to an address that is not on the public internet (private, loopback, "
        "link-local, reserved)",
        field=field,
    )
