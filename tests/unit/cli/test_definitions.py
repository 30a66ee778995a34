"""``signoff definitions``."""

from pathlib import Path

import yaml

from tests.unit.cli.command_line import Signoff
from tests.unit.functions.api.admin.documents import PURCHASE


def test_the_list_is_a_table(admin: Signoff, purchase: Path) -> None:
    result = admin("definitions", "list")
    assert result.code == 0
    title, first, second = result.out.splitlines()
    assert title.split() == ["KEY", "VERSION", "NAME", "ENABLED", "PUBLISHED", "ID"]
    assert first.startswith("document-approval")
    assert second.startswith("purchase")
    # The cart takes two columns, so what follows it still stands below its title.
    assert second.index("yes") == title.index("ENABLED") - 1


def test_the_list_in_json(admin: Signoff, purchase: Path) -> None:
    found = admin("definitions", "list", "--json").json
    assert [each["key"] for each in found] == ["document-approval", "purchase"]


def test_one_is_shown_by_key_or_id(admin: Signoff, purchase: Path) -> None:
    shown = admin("definitions", "show", "purchase")
    assert "Purchase 🛒" in shown.out
    assert "Review, Done, Refused" in shown.out
    assert "anyone" in shown.out
    identifier = admin("definitions", "show", "purchase", "--json").json["id"]
    assert admin("definitions", "show", identifier).out == shown.out


def test_the_document_can_be_published_again(admin: Signoff, purchase: Path, nowhere: Path) -> None:
    document = admin("definitions", "show", "purchase", "--document")
    assert document.json == yaml.safe_load(PURCHASE)
    path = nowhere / "again.json"
    path.write_text(document.out, encoding="utf-8")
    assert "is already version 1" in admin("publish", str(path)).err


def test_an_older_version(admin: Signoff, purchase: Path) -> None:
    purchase.write_text(PURCHASE.replace("Purchase", "Order"), encoding="utf-8")
    admin("publish", str(purchase))
    assert "2 (newest: 2)" in admin("definitions", "show", "purchase").out
    older = admin("definitions", "show", "purchase", "--version", "1")
    assert "1 (newest: 2)" in older.out
    assert "Purchase 🛒" in older.out


def test_what_is_not_there_is_4(admin: Signoff) -> None:
    result = admin("definitions", "show", "nothing")
    assert result.code == 4
    assert "nothing" in result.err
    assert admin("definitions", "show", "document-approval", "--version", "9").code == 4
    assert admin("definitions", "show", "document-approval", "--version", "0").code == 2
