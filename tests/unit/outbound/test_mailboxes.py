"""What a mail can be sent to."""

from __future__ import annotations

import pytest

from signoff.outbound.mailboxes import is_mailbox

GOOD = [
    "a@b.example",
    "first.last+tag@sub.domain.example",
    "o'hara@example.com",
    "a@xn--e1afmkfd.example",
]
GOOD += [f"{'a' * 64}@example.com"]
BAD = ["", "a", "@b.example", "a@", "a@b", "a@b.", "a@.example", "a b@c.example", "a@b c.example"]
BAD += [
    "a@b.example ",
    " a@b.example",
    "a@b.example\n",
    "a\n@b.example",
    "<a@b.example>",
    "A <a@b.example>",
]
BAD += [
    "a@b.example,c@d.example",
    "a@b@c.example",
    ".a@b.example",
    "a.@b.example",
    "a..b@c.example",
]
BAD += ['"a b"@c.example', "a@[127.0.0.1]", "a@127.0.0.1", "a@-b.example", "a@b-.example"]
BAD += [f"{'a' * 65}@example.com", f"a@{'b.' * 130}example", "ä@example.com", "a@müller.example"]


@pytest.mark.parametrize("text", GOOD)
def test_an_address(text: str) -> None:
    assert is_mailbox(text)


@pytest.mark.parametrize("text", BAD)
def test_what_is_none(text: str) -> None:
    assert not is_mailbox(text)
