"""POST /api/v1/admin/definitions"""

import json

import yaml

from tests.support.gateway import Client
from tests.support.stack import Stack
from tests.unit.functions.api.admin.documents import BROKEN, PURCHASE, YAML, data, error, errors

URL = "/api/v1/admin/definitions"


def test_a_new_definition_is_201(admin: Client) -> None:
    shown = data(admin.post(URL, PURCHASE, **YAML), 201)
    assert (shown["key"], shown["version"], shown["created"]) == ("purchase", 1, True)
    assert shown["name"] == "Purchase 🛒"
    assert shown["initiatorGroups"] is None
    assert shown["warnings"] == []
    assert shown["publishedBy"].startswith("key:")


def test_the_same_again_is_200_and_no_new_version(admin: Client) -> None:
    first = data(admin.post(URL, PURCHASE, **YAML), 201)
    again = data(admin.post(URL, json.dumps(yaml.safe_load(PURCHASE))), 200)
    assert again == first | {"created": False}


def test_a_change_is_the_next_version(admin: Client, purchase: str) -> None:
    changed = data(admin.post(URL, PURCHASE.replace("Purchase", "Order"), **YAML), 201)
    assert (changed["key"], changed["version"]) == (purchase, 2)


def test_bytes_are_taken_as_they_are(admin: Client) -> None:
    shown = data(admin.post(URL, b"\xef\xbb\xbf" + PURCHASE.encode(), **YAML), 201)
    assert shown["name"] == "Purchase 🛒"


def test_every_problem_has_its_code_and_place(admin: Client) -> None:
    found = errors(admin.post(URL, BROKEN, **YAML), 400)
    lines = BROKEN.splitlines()
    for target in ("Nowhere", "Elsewhere"):
        [one] = [each for each in found if target in each["message"]]
        assert one["code"] == "outcome-leads-nowhere"
        assert one["severity"] == "error"
        assert one["field"].startswith("steps[0].config.outcomes.")
        assert lines[one["line"] - 1][one["column"] - 1 :].startswith(target)
        assert one["hint"]
    assert data(admin.get(f"{URL}/document-approval"))["version"] == 1
    assert error(admin.get(f"{URL}/purchase"), 404)[0] == "NOT_FOUND"


def test_what_is_no_text_is_refused(admin: Client) -> None:
    [only] = errors(admin.post(URL, b"\xff\xfe\x00", **YAML), 400)
    assert only["code"] == "syntax"


def test_nothing_is_refused_too(admin: Client) -> None:
    assert errors(admin.post(URL, "", **YAML), 400)


def test_more_than_a_megabyte_is_413(admin: Client) -> None:
    assert error(admin.post(URL, "#" * 1_100_000, **YAML), 413)[0] == "PAYLOAD_TOO_LARGE"


def test_one_idempotency_key_publishes_once(admin: Client) -> None:
    first = admin.post(URL, PURCHASE, Idempotency_Key='"a"', **YAML)
    again = admin.post(URL, PURCHASE, Idempotency_Key="a", **YAML)
    assert again.status == 201
    assert data(again, 201) == data(first, 201)
    other = admin.post(URL, BROKEN, Idempotency_Key="a", **YAML)
    assert other.status in (409, 422)
    assert not other.body["success"]


def test_a_key_of_the_contracts_may_not(stack: Stack) -> None:
    answer = Client(stack.key).post(URL, PURCHASE, **YAML)
    assert error(answer, 403)[0] == "SCOPE_INSUFFICIENT"


def test_it_is_published_by_whom_the_key_speaks_for(admin: Client) -> None:
    answer = admin.post(URL, PURCHASE, X_Actor_Id="dora", **YAML)
    assert data(answer, 201)["publishedBy"] == "dora"
