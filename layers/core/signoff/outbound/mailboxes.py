"""What a mail can be sent to."""

import re

# RFC 5322, "dot-atom" at a domain name, in ASCII: what needs quotes could mean two addresses.
_LOCAL = r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(?:\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*"
_DOMAIN = (
    r"(?:[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?\.)+[A-Za-z](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])"
)
_MAILBOX = re.compile(rf"(?=.{{1,254}}\Z)(?=[^@]{{1,64}}@){_LOCAL}@{_DOMAIN}")


def is_mailbox(text: str) -> bool:
    """Whether ``text`` is one mail address and nothing beside it."""
    return _MAILBOX.fullmatch(text) is not None
