"""Where a key may be used from: networks of IPv4 and IPv6 in CIDR notation."""

from collections.abc import Iterable

from signoff.errors import Invalid

MAX_ADDRESSES = 50

_MAX_LENGTH = 64
FIELD = "ipAllowList"


def parse_addresses(listed: Iterable[str]) -> tuple[str, ...]:
    """The networks as they are stored: each once, in their order; an address is a network of one.

    Raises Invalid for what is none, for bits beyond the prefix (a misprint more often than not),
    and for more than ``MAX_ADDRESSES``.
    """
    texts = list(listed)
    if len(texts) > MAX_ADDRESSES:
        raise Invalid(f"A key has at most {MAX_ADDRESSES} addresses", field=FIELD)
    if not texts:
        return ()
    from ipaddress import ip_network

    networks = []
    for text in texts:
        try:
            if len(text) > _MAX_LENGTH or "%" in text:
                raise ValueError("no network")
            networks.append(str(ip_network(text.strip())))
        except ValueError as error:
            raise Invalid(
                f"{text[:_MAX_LENGTH]} is not an address or network such as 203.0.113.0/24 or "
                "2001:db8::/32, with nothing set beyond its prefix",
                field=FIELD,
            ) from error
    return tuple(dict.fromkeys(networks))


def is_allowed(source: str | None, networks: tuple[str, ...]) -> bool:
    """Whether a request from ``source`` may use a key of these networks; none means everywhere.

    An IPv4 address in IPv6's clothes (``::ffff:203.0.113.7``) counts as itself.
    """
    if not networks:
        return True
    from ipaddress import IPv6Address, ip_address, ip_network

    try:
        address = ip_address(source or "")
    except ValueError:
        return False
    if isinstance(address, IPv6Address) and address.ipv4_mapped is not None:
        address = address.ipv4_mapped
    return any(address in ip_network(each) for each in networks)
