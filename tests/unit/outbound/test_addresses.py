"""Which addresses may be called."""

from __future__ import annotations

import pytest

from signoff.outbound.addresses import may_call

PUBLIC = ["1.1.1.1", "8.8.8.8", "93.184.216.34", "100.63.255.255", "100.128.0.0", "11.0.0.0"]
PUBLIC += ["172.15.255.255", "172.32.0.0", "169.253.255.255", "223.255.255.255", "192.0.1.0"]
PUBLIC += ["198.17.255.255", "198.20.0.0", "126.255.255.255", "128.0.0.0", "168.63.129.17"]
PUBLIC += ["2606:4700:4700::1111", "2a00:1450:4001:81b::200e", "2001:4860:4860::8888", "2001:200::"]

PRIVATE = ["0.0.0.0", "0.1.2.3", "10.0.0.1", "10.255.255.255", "100.64.0.1", "100.100.100.200"]
PRIVATE += ["127.0.0.1", "127.255.255.254", "169.254.169.254", "169.254.170.2", "172.16.0.1"]
PRIVATE += ["172.31.255.255", "192.0.0.192", "192.0.2.1", "192.88.99.1", "192.168.1.1"]
PRIVATE += ["198.18.0.1", "198.19.255.255", "198.51.100.1", "203.0.113.1", "224.0.0.1"]
PRIVATE += ["239.255.255.255", "240.0.0.1", "255.255.255.255", "168.63.129.16"]
PRIVATE += [
    "::",
    "::1",
    "fe80::1",
    "fe80::1%eth0",
    "fec0::1",
    "fc00::1",
    "fd00:ec2::254",
    "ff02::1",
]
PRIVATE += ["100::1", "2001::1", "2001:db8::1", "2002:7f00:1::", "3fff::1", "5f00::1", "4000::1"]
# IPv4 in other clothes: mapped, compatible, translated (NAT64, both prefixes), with a scope.
PRIVATE += ["::ffff:127.0.0.1", "::ffff:7f00:1", "::ffff:169.254.169.254", "::ffff:10.0.0.1"]
PRIVATE += ["::ffff:8.8.8.8", "::127.0.0.1", "::a00:1", "64:ff9b::a9fe:a9fe", "64:ff9b:1::1"]
PRIVATE += ["2606:4700:4700::1111%1", "::ffff:0:7f00:1"]
NONE = ["", "localhost", "127.1", "0x7f.0.0.1", "2130706433", "010.0.0.1", "1.1.1.1 ", "[::1]"]


@pytest.mark.parametrize("address", PUBLIC)
def test_public_addresses_may_be_called(address: str) -> None:
    assert may_call(address)


@pytest.mark.parametrize("address", PRIVATE + NONE)
def test_all_others_may_not(address: str) -> None:
    assert not may_call(address)


@pytest.mark.parametrize("address", ["127.0.0.1", "127.8.9.10", "::1"])
def test_loopback_may_be_called_on_a_local_stack(address: str, local: None) -> None:
    assert may_call(address)


LOCAL_TOO = ["127.0.0.1", "127.255.255.254", "::1"]


@pytest.mark.parametrize("address", [each for each in PRIVATE + NONE if each not in LOCAL_TOO])
def test_a_local_stack_allows_nothing_else(address: str, local: None) -> None:
    assert not may_call(address)


@pytest.mark.parametrize("value", ["", "false", "1", "TRUE", "yes"])
def test_only_the_word_true_makes_it_a_local_stack(
    value: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ALLOW_LOCAL_WEBHOOKS", value)
    assert not may_call("127.0.0.1")
