"""docs/identity.md lists the scopes that exist, in the words of the code."""

import re
from pathlib import Path

from signoff.identity.scopes import SCOPES

PAGE = Path(__file__).resolve().parents[3] / "docs" / "identity.md"


def test_the_page_lists_every_scope_as_the_code_does() -> None:
    rows = re.findall(r"^\| `([\w:]+)` \| (.+) \|$", PAGE.read_text(encoding="utf-8"), re.M)
    assert rows == list(SCOPES.items())
