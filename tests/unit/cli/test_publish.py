"""``signoff publish``."""

from pathlib import Path

from tests.support.stack import SHIPPED
from tests.unit.cli.command_line import Signoff
from tests.unit.functions.api.admin.documents import BROKEN, PURCHASE

SUB = """\
key: caller
name: Caller
steps:
  - {id: Sub, type: workflow, config: {definition: nothing}}
"""


def write(folder: Path, name: str, text: str) -> str:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return str(path)


def test_it_says_what_became_of_each_file(admin: Signoff, nowhere: Path) -> None:
    path = write(nowhere, "purchase.yaml", PURCHASE)
    first = admin("publish", path, str(SHIPPED))
    assert first.code == 0
    assert "[1/2]" in first.err
    assert "[2/2]" in first.err
    assert "purchase published as version 1" in first.err
    assert first.out == ""
    again = admin("publish", path)
    assert again.code == 0
    assert "purchase is already version 1" in again.err


def test_in_json_it_is_one_value(admin: Signoff, nowhere: Path) -> None:
    [result] = admin("publish", "--json", write(nowhere, "purchase.yaml", PURCHASE)).json
    assert result["published"]
    assert result["definition"]["created"]
    assert result["definition"]["version"] == 1


def test_problems_are_shown_where_they_are(admin: Signoff, nowhere: Path) -> None:
    path = write(nowhere, "broken.yaml", BROKEN)
    result = admin("publish", path)
    assert result.code == 1
    line = next(i for i, text in enumerate(BROKEN.splitlines(), 1) if "Nowhere" in text)
    assert f"{path}:{line}:" in result.err
    assert "outcome-leads-nowhere" in result.err
    assert "hint:" in result.err
    assert "^" in result.err
    assert "1 of 1 not published" in result.err
    assert admin("definitions", "show", "purchase").code == 4


def test_one_with_errors_does_not_keep_the_others_back(admin: Signoff, nowhere: Path) -> None:
    broken, good = write(nowhere, "a.yaml", BROKEN), write(nowhere, "b.yaml", PURCHASE)
    result = admin("publish", broken, good, "--json")
    assert result.code == 1
    assert [each["published"] for each in result.json] == [False, True]
    assert result.json[0]["errors"][0]["line"] > 1


def test_what_only_the_registry_can_know_has_its_place_too(admin: Signoff, nowhere: Path) -> None:
    path = write(nowhere, "caller.yaml", SUB)
    result = admin("publish", path)
    assert result.code == 1
    assert f"{path}:4:" in result.err
    assert "unknown-definition" in result.err


def test_the_order_of_the_files_does_not_matter(admin: Signoff, nowhere: Path) -> None:
    names = ["a", "b", "c", "nothing"]
    chain = [
        write(
            nowhere,
            f"{name}.yaml",
            SUB.replace("key: caller", f"key: {name}").replace(
                "definition: nothing", f"definition: {callee}"
            ),
        )
        for name, callee in zip(names, [*names[1:], "purchase"], strict=True)
    ]
    result = admin("publish", *chain, write(nowhere, "z.yaml", PURCHASE), "--json")
    assert result.code == 0
    assert [each["definition"]["key"] for each in result.json] == [*names, "purchase"]


def test_warnings_are_shown_and_it_is_published(admin: Signoff, nowhere: Path) -> None:
    text = PURCHASE.replace("{id: Done, type: end", "{id: Done, name: Same, type: end").replace(
        "{id: Refused, type: end", "{id: Refused, name: Same, type: end"
    )
    result = admin("publish", write(nowhere, "purchase.yaml", text))
    assert result.code == 0
    assert "duplicate-name: warning:" in result.err


def test_a_file_that_is_not_there_is_wrong_usage(admin: Signoff) -> None:
    result = admin("publish", "nothing.yaml")
    assert result.code == 2
    assert "nothing.yaml" in result.err


def test_a_file_that_is_not_there_does_not_keep_the_others_back(
    admin: Signoff, nowhere: Path
) -> None:
    good, broken = write(nowhere, "a.yaml", PURCHASE), write(nowhere, "b.yaml", BROKEN)
    result = admin("publish", "nothing.yaml", str(nowhere), good, broken, "--json")
    assert result.code == 2
    assert [each["published"] for each in result.json] == [False, False, True, False]
    assert "nothing.yaml cannot be read" in result.err
    assert "outcome-leads-nowhere" in result.err


def test_standard_input(admin: Signoff) -> None:
    assert "purchase published as version 1" in admin("publish", "-", typed=PURCHASE).err
    broken = admin("publish", "-", typed=BROKEN)
    assert broken.code == 1
    assert "<stdin>:" in broken.err


def test_a_file_that_is_no_text_is_a_problem(admin: Signoff, nowhere: Path) -> None:
    path = nowhere / "binary.yaml"
    path.write_bytes(b"\xff\xfe\x00")
    result = admin("publish", str(path))
    assert result.code == 1
    assert "UTF-8" in result.err


def test_a_key_that_is_not_good_is_told(admin: Signoff, nowhere: Path) -> None:
    path = write(nowhere, "purchase.yaml", PURCHASE)
    result = admin("publish", path, "--api-key", "wf_" + "x" * 43)
    assert result.code == 3
    assert "--api-key" in result.err
