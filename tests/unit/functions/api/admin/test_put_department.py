"""PUT /api/v1/admin/departments/{department}"""

from typing import Any

import pytest

from tests.support.gateway import Client
from tests.support.stack import Stack
from tests.unit.functions.api.admin.documents import data, error
from tests.unit.functions.api.admin.people import DEPARTMENTS, ask, employ, settings_entries

URL = f"{DEPARTMENTS}/finance"


def test_a_department_is_made_and_changed(admin: Client) -> None:
    employ(admin, "erin")
    made = data(ask(admin, "PUT", URL, {"name": "Finance"}), 201)
    assert (made["id"], made["headId"], made["version"]) == ("finance", None, 1)
    changed = data(ask(admin, "PUT", URL, {"name": "Finance", "headId": "erin"}))
    assert (changed["headId"], changed["version"]) == ("erin", 2)
    assert data(ask(admin, "PUT", URL, {"name": "Finance", "headId": "erin"})) == changed
    assert data(admin.get(URL)) == changed
    told = [type_ for type_, _ in settings_entries() if type_.startswith("department.")]
    assert told == ["department.created", "department.changed"]


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({}, "name"),
        ({"name": ""}, "name"),
        ({"name": "\x07"}, "name"),
        ({"name": "Finance", "headId": "nobody"}, "headId"),
        ({"name": "Finance", "head": "erin"}, "head"),
    ],
)
def test_what_does_not_fit_is_400(admin: Client, body: dict[str, Any], field: str) -> None:
    assert error(ask(admin, "PUT", URL, body), 400) == ("VALIDATION_FAILED", field)
    assert data(admin.get(DEPARTMENTS)) == []


def test_an_id_that_is_none_is_400(admin: Client) -> None:
    answer = ask(admin, "PUT", f"{DEPARTMENTS}/%20x", {"name": "X"})
    assert error(answer, 400) == ("VALIDATION_FAILED", "department")


def test_another_tenants_head_is_nobody(admin: Client, stack: Stack) -> None:
    employ(admin, "erin")
    other = Client(stack.new_key("admin:*", tenant="umbrella"))
    answer = ask(other, "PUT", URL, {"name": "Finance", "headId": "erin"})
    assert error(answer, 400) == ("VALIDATION_FAILED", "headId")
