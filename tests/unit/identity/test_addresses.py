"""Where a key may be used from, judged on every request."""

import pytest

from signoff.errors import AddressNotAllowed, Invalid
from signoff.identity.addresses import MAX_ADDRESSES, is_allowed, parse_addresses
from signoff.identity.authenticate import authenticate
from signoff.identity.keys import create_key


def test_addresses_are_kept_as_networks_once_each() -> None:
    listed = ["203.0.113.7", " 198.51.100.0/24", "2001:DB8::/32", "203.0.113.7/32", "::1"]
    assert parse_addresses(listed) == (
        "203.0.113.7/32",
        "198.51.100.0/24",
        "2001:db8::/32",
        "::1/128",
    )


@pytest.mark.parametrize(
    "text",
    ["", "office", "203.0.113.7/24", "203.0.113.0/33", "300.1.1.1", "fe80::1%eth0", "1" * 500],
)
def test_what_is_no_network_is_refused(text: str) -> None:
    with pytest.raises(Invalid) as refusal:
        parse_addresses([text])
    assert refusal.value.field == "ipAllowList"
    assert len(refusal.value.message) < 300


def test_there_are_fifty_at_most() -> None:
    many = [f"10.0.0.{number}" for number in range(MAX_ADDRESSES + 1)]
    assert len(parse_addresses(many[:-1])) == MAX_ADDRESSES
    with pytest.raises(Invalid):
        parse_addresses(many)


@pytest.mark.parametrize(
    ("source", "allowed"),
    [
        ("203.0.113.9", True),
        ("::ffff:203.0.113.9", True),
        ("2001:db8:1::5", True),
        ("203.0.114.9", False),
        ("2001:db9::1", False),
        ("203.0.113.9, 10.0.0.1", False),
        ("", False),
        (None, False),
    ],
)
def test_an_address_is_in_one_of_the_networks(source: str | None, allowed: bool) -> None:
    assert is_allowed(source, ("203.0.113.0/24", "2001:db8::/32")) is allowed
    assert is_allowed(source, ())


def test_a_remembered_key_is_refused_from_elsewhere(aws: None) -> None:
    _, secret = create_key("acme", "ERP", ["flows:read"], allowed=["203.0.113.0/24"])
    for _ in range(2):
        assert authenticate(f"Bearer {secret}", None, "203.0.113.7").tenant == "acme"
        for source in ("198.51.100.1", None):
            with pytest.raises(AddressNotAllowed):
                authenticate(f"Bearer {secret}", None, source)
