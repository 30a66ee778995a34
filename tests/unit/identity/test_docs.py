"""docs/identity.md lists scopes and roles as the code has them."""

import re
from pathlib import Path

from signoff.identity import known_keys, people
from signoff.identity.addresses import MAX_ADDRESSES
from signoff.identity.key_changes import DEFAULT_OVERLAP, MAX_OVERLAP
from signoff.identity.scopes import ROLE_SCOPES, SCOPES

PAGE = Path(__file__).resolve().parents[3] / "docs" / "identity.md"


def test_the_page_lists_every_scope_as_the_code_does() -> None:
    rows = re.findall(r"^\| `([\w:]+)` \| (.+) \|$", PAGE.read_text(encoding="utf-8"), re.M)
    assert rows == list(SCOPES.items())


def test_the_page_lists_every_role_with_its_scopes() -> None:
    text = PAGE.read_text(encoding="utf-8").partition("## Roles")[2].partition("## Scopes")[0]
    rows = dict(re.findall(r"^\| (\w+) \| (`.+`) \|$", text, re.M))
    found = {role: frozenset(re.findall(r"`([\w:]+)`", listed)) for role, listed in rows.items()}
    assert found == ROLE_SCOPES


def test_the_page_and_the_readme_promise_what_is_kept() -> None:
    text = PAGE.read_text(encoding="utf-8")
    assert (DEFAULT_OVERLAP, MAX_OVERLAP) == (24 * 3600, 7 * 24 * 3600)  # a day, a week
    assert f"up to {MAX_ADDRESSES} IPv4 or IPv6" in text
    promise = f"Revoked means refused within {known_keys.KNOWN_SECONDS} s everywhere"
    assert known_keys.KNOWN_SECONDS == people.KNOWN_SECONDS
    assert promise in text
    assert promise in (PAGE.parents[1] / "README.md").read_text(encoding="utf-8")
