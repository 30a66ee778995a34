"""Which IP addresses may be called: those of the public internet.

From IANA's registries of special-purpose addresses (RFC 6890 and what has been added since),
written out, because what ``ipaddress`` calls global changes with the version of Python.
"""

import os
from functools import lru_cache
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network

_REFUSED_V4 = (
    "0.0.0.0/8",  # this network
    "10.0.0.0/8",  # private
    "100.64.0.0/10",  # carriers' shared space; a cloud's metadata service is in it
    "127.0.0.0/8",  # loopback
    "168.63.129.16/32",  # public by its number, and a cloud's host inside
    "169.254.0.0/16",  # link-local, with the metadata services
    "172.16.0.0/12",  # private
    "192.0.0.0/24",  # protocol assignments
    "192.0.2.0/24",  # documentation
    "192.31.196.0/24",  # AS112
    "192.52.193.0/24",  # AMT
    "192.88.99.0/24",  # relays of 6to4
    "192.168.0.0/16",  # private
    "192.175.48.0/24",  # AS112
    "198.18.0.0/15",  # benchmarks
    "198.51.100.0/24",  # documentation
    "203.0.113.0/24",  # documentation
    "224.0.0.0/4",  # multicast
    "240.0.0.0/4",  # reserved, and broadcast
)
# All that is handed out for unicast. What lies outside is loopback, link-local, unique local,
# multicast, or an IPv4 address in other clothes (mapped, compatible, translated).
_GLOBAL_V6 = "2000::/3"
_REFUSED_V6 = (
    "2001::/23",  # protocol assignments; Teredo, which carries an IPv4 address
    "2001:db8::/32",  # documentation
    "2002::/16",  # 6to4, which carries an IPv4 address
    "2620:4f:8000::/48",  # AS112
    "3fff::/20",  # documentation
)
_LOOPBACK = ("127.0.0.0/8", "::1/128")


def may_call(address: str) -> bool:
    """Whether a connection to ``address`` (numbers, as a resolver gives them) may be made.

    On a local stack (``allows_local``) loopback may be, too.
    """
    try:
        parsed = ip_address(address)
    except ValueError:
        return False
    if isinstance(parsed, IPv6Address) and parsed.scope_id is not None:
        return False
    if allows_local() and _is_in(parsed, _LOOPBACK):
        return True
    if isinstance(parsed, IPv4Address):
        return not _is_in(parsed, _REFUSED_V4)
    return _is_in(parsed, (_GLOBAL_V6,)) and not _is_in(parsed, _REFUSED_V6)


def allows_local() -> bool:
    """Whether http and loopback are allowed: on a local stack, never in what is deployed."""
    return os.environ.get("ALLOW_LOCAL_WEBHOOKS") == "true"


def _is_in(address: IPv4Address | IPv6Address, networks: tuple[str, ...]) -> bool:
    return any(address in network for network in _parsed(networks))


@lru_cache(maxsize=8)
def _parsed(networks: tuple[str, ...]) -> tuple[IPv4Network | IPv6Network, ...]:
    return tuple(ip_network(each) for each in networks)
