"""Which URLs are taken, and how they are read."""

from __future__ import annotations

import threading
from urllib.parse import urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st
from urllib3.util import parse_url

from signoff.errors import Invalid
from signoff.outbound import names
from signoff.outbound.urls import MAX_URL_CHARACTERS, Target, check_url, read_url
from tests.unit.outbound.conftest import Lookups

TAKEN = {
    "https://hooks.example/in": Target("https", "hooks.example", 443, "/in"),
    "https://hooks.example": Target("https", "hooks.example", 443, "/"),
    "https://hooks.example?a=b": Target("https", "hooks.example", 443, "/?a=b"),
    "HTTPS://Hooks.Example/In?x=/../%2e": Target("https", "hooks.example", 443, "/In?x=/../%2e"),
    "https://hooks.example:8443/": Target("https", "hooks.example", 8443, "/"),
    "https://hooks.example:443/": Target("https", "hooks.example", 443, "/"),
    "https://xn--mller-kva.example/": Target("https", "xn--mller-kva.example", 443, "/"),
    "https://a_b.hooks-2.example/": Target("https", "a_b.hooks-2.example", 443, "/"),
    "https://1.1.1.1/": Target("https", "1.1.1.1", 443, "/"),
    "https://1.1.1.1.example/": Target("https", "1.1.1.1.example", 443, "/"),
    "https://[2606:4700:4700:0::1111]:8443/": Target("https", "2606:4700:4700::1111", 8443, "/"),
    "https://0x7f.example/": Target("https", "0x7f.example", 443, "/"),
    "https://localhost.example/": Target("https", "localhost.example", 443, "/"),
}

SPELLINGS_OF_LOOPBACK = ["127.0.0.1", "127.1", "127.0.1", "2130706433", "0x7f000001", "0x7f.1"]
SPELLINGS_OF_LOOPBACK += ["0177.0.0.1", "017700000001", "0x7f.0.0.0x1", "127.0.0.01", "0x7F.0.0.1"]
SPELLINGS_OF_LOOPBACK += ["127.0.0.1.", "0", "0x", "00.0.0.0", "127.000.000.001", "%31%32%37.0.0.1"]
SPELLINGS_OF_LOOPBACK += ["[::1]", "[::]", "[::ffff:127.0.0.1]", "[::ffff:7f00:1]", "[::127.0.0.1]"]
SPELLINGS_OF_LOOPBACK += ["[0:0:0:0:0:ffff:7f00:0001]", "[64:ff9b::7f00:1]", "[2002:7f00:1::]"]
SPELLINGS_OF_LOOPBACK += ["[::1%25lo]", "[fe80::1%25eth0]", "localhost", "LOCALHOST", "a.localhost"]
SPELLINGS_OF_LOOPBACK += ["\uff11\uff12\uff17.0.0.1", "127\u30020\u30020\u30021", "\u2460.0.0.1"]

ELSEWHERE_INSIDE = ["169.254.169.254", "169.254.170.2", "2852039166", "0xa9fea9fe", "10.0.0.1"]
ELSEWHERE_INSIDE += ["192.168.0.1", "172.16.0.1", "100.64.0.1", "0.0.0.0", "255.255.255.255"]
ELSEWHERE_INSIDE += ["[fd00:ec2::254]", "[fe80::1]", "[fc00::1]", "[::ffff:169.254.169.254]"]
ELSEWHERE_INSIDE += ["intranet", "db.internal", "metadata.google.internal", "printer.local"]
ELSEWHERE_INSIDE += ["router.home.arpa", "a.localdomain", "hidden.onion"]

UNREADABLE = [
    "",
    "hooks.example",
    "//hooks.example/",
    "https:/hooks.example",
    "https:hooks.example",
]
UNREADABLE += ["http://hooks.example/", "ftp://hooks.example/", "file:///etc/passwd", "https://"]
UNREADABLE += ["gopher://hooks.example/", "https:///path", "https://:443/", "https://?x", "data:,x"]
UNREADABLE += [
    "https://user@hooks.example/",
    "https://user:pass@hooks.example/",
    "https://@a.example",
]
UNREADABLE += ["https://1.1.1.1@127.0.0.1/", "https://127.0.0.1\\@hooks.example/"]
UNREADABLE += ["https://hooks.example/#here", "https://hooks.example#@127.0.0.1/"]
UNREADABLE += [
    "https://hooks.example:/",
    "https://hooks.example:0/",
    "https://hooks.example:65536/",
]
UNREADABLE += [
    "https://hooks.example:22/",
    "https://hooks.example:25/",
    "https://hooks.example:-1/",
]
UNREADABLE += ["https://hooks.example:443:443/", "https://hooks.example:99999999999999999999/"]
UNREADABLE += ["https://hooks..example/", "https://.hooks.example/", "https://hooks.example./"]
UNREADABLE += ["https://-a.example/", "https://a-.example/", f"https://{'a' * 64}.example/"]
UNREADABLE += [
    f"https://{'a.' * 127}example/",
    "https://ho%6fks.example/",
    "https://hooks,example/",
]
UNREADABLE += [
    "https://[::1/",
    "https://::1/",
    "https://[]/",
    "https://[1.1.1.1]/",
    "https://[v1.a]/",
]
UNREADABLE += ["https://[2606:4700:4700::1111]x/", "https://256.1.1.1/", "https://1.1.1/"]
UNREADABLE += [
    "https://hooks.example/a b",
    "https://hooks.example/\r\nHost: x",
    "https://hooks.example/\0",
]
UNREADABLE += [" https://hooks.example/", "https://hooks.example/\n", "https://hooks.example/{id}"]
UNREADABLE += [
    "https://m\u00fcller.example/",
    "https://hooks.example/\u00fc",
    "https://\u00df.example/",
]
UNREADABLE += ["https://hooks.example/" + "a" * MAX_URL_CHARACTERS]


@pytest.mark.parametrize("url", TAKEN)
def test_a_url_is_read(url: str, lookups: Lookups) -> None:
    assert read_url(url) == TAKEN[url]
    check_url(url)


@pytest.mark.parametrize("host", SPELLINGS_OF_LOOPBACK + ELSEWHERE_INSIDE)
def test_no_spelling_of_an_address_inside_is_taken(host: str, lookups: Lookups) -> None:
    for url in (f"https://{host}/", f"https://{host}:8443/x", f"https://{host}"):
        with pytest.raises(Invalid) as refused:
            check_url(url, field="config.url")
        assert refused.value.field == "config.url"
    assert lookups.asked == []


@pytest.mark.parametrize("url", UNREADABLE)
def test_what_cannot_be_read_in_one_way_is_refused(url: str, lookups: Lookups) -> None:
    with pytest.raises(Invalid) as refused:
        check_url(url)
    assert refused.value.field == "url"
    assert lookups.asked == []


@given(st.text(max_size=60).map("https://{}".format) | st.text(max_size=60))
def test_any_text_is_read_or_refused(url: str) -> None:
    try:
        target = read_url(url)
    except Invalid:
        return
    assert f"{target.scheme}://{target.authority}{target.path}".isascii()
    assert read_url(f"{target.scheme}://{target.authority}{target.path}") == target


# What parsers of URLs disagree about, in all orders.
_TRICKY = [
    "https://",
    "//",
    "/",
    "\\",
    "@",
    ":",
    "#",
    "?",
    "[",
    "]",
    "%",
    ".",
    "-",
    "0x",
    "1",
    "127",
]
_TRICKY += [
    "a",
    "example",
    "localhost",
    ":80",
    ":443",
    "%2e",
    "%40",
    "::1",
    "user",
    " ",
    "\t",
    "\n",
]


@given(st.lists(st.sampled_from(_TRICKY), max_size=12).map("".join))
def test_what_is_taken_means_the_same_to_other_parsers(rest: str) -> None:
    for url in (rest, f"https://{rest}", f"https://a.example{rest}"):
        try:
            target = read_url(url)
        except Invalid:
            continue
        theirs, browsers = urlsplit(url), parse_url(url)
        assert target.host == theirs.hostname == (browsers.host or "").strip("[]")
        assert target.port == (theirs.port or 443) == (browsers.port or 443)
        assert theirs.username is None
        assert browsers.auth is None


@given(st.integers(0, 2**32 - 1), st.sampled_from(["{}", "{:#x}", "0{:o}", "{:#o}"]))
def test_a_number_is_no_host(number: int, form: str) -> None:
    with pytest.raises(Invalid):
        read_url(f"https://{form.format(number)}/")


def test_a_name_that_does_not_resolve_yet_is_taken(lookups: Lookups) -> None:
    check_url("https://soon.example/")
    assert lookups.asked == ["soon.example"]


def test_a_name_that_leads_outside_is_taken(lookups: Lookups) -> None:
    lookups.say(["1.1.1.1", "2606:4700:4700::1111"])
    check_url("https://hooks.example/")


@pytest.mark.parametrize(
    "found",
    [
        ["127.0.0.1"],
        ["1.1.1.1", "10.0.0.1"],
        ["::ffff:127.0.0.1"],
        ["2606:4700::1", "fe80::1%eth0"],
    ],
)
def test_a_name_that_leads_inside_is_refused(found: list[str], lookups: Lookups) -> None:
    lookups.say(found)
    with pytest.raises(Invalid, match="not on the public internet") as refused:
        check_url("https://hooks.example/")
    assert found[-1] not in refused.value.message


def test_a_lookup_that_hangs_does_not_hold_up_the_check(monkeypatch: pytest.MonkeyPatch) -> None:
    hangs = threading.Event()

    def never(host: str) -> list[str]:
        hangs.wait(60)
        return ["127.0.0.1"]

    monkeypatch.setattr(names, "addresses_of", never)
    monkeypatch.setattr("signoff.outbound.urls.LOOKUP_SECONDS", 0.01)
    check_url("https://slow.example/")
    hangs.set()


@pytest.mark.parametrize(
    "url",
    [
        "http://localhost:9000/in",
        "http://127.0.0.1:9000/",
        "https://[::1]:9000/",
        "http://a.example/",
    ],
)
def test_a_local_stack_takes_http_and_loopback(url: str, local: None, lookups: Lookups) -> None:
    lookups.say(["127.0.0.1"])
    check_url(url)


ELSEWHERE_ON_A_LOCAL_STACK = ["http://10.0.0.1/", "http://169.254.169.254/", "http://intranet/"]
ELSEWHERE_ON_A_LOCAL_STACK += ["http://2130706433/", "http://0.0.0.0/", "http://a@localhost/"]
ELSEWHERE_ON_A_LOCAL_STACK += ["http://[::ffff:127.0.0.1]/", "ftp://localhost/"]


@pytest.mark.parametrize("url", ELSEWHERE_ON_A_LOCAL_STACK)
def test_a_local_stack_takes_nothing_else(url: str, local: None, lookups: Lookups) -> None:
    with pytest.raises(Invalid):
        check_url(url)


def test_a_host_header_has_brackets_and_an_unusual_port() -> None:
    assert read_url("https://hooks.example/").authority == "hooks.example"
    assert read_url("https://hooks.example:8443/").authority == "hooks.example:8443"
    assert read_url("https://[2606:4700::1]/").authority == "[2606:4700::1]"
