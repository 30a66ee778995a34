"""GET /api/v1/admin/suppressions, DELETE /api/v1/admin/suppressions/{addressId}"""

import uuid

from signoff.notifications.suppressions import suppress
from tests.support.gateway import Client
from tests.support.stack import Stack
from tests.unit.functions.api.admin.documents import data, error

URL = "/api/v1/admin/suppressions"


def test_addresses_are_listed_and_released(admin: Client, stack: Stack) -> None:
    suppress(stack.tenant, "bob@example.com", "bounce", "General")
    suppress("globex", "eve@example.com", "complaint", None)
    (listed,) = data(admin.get(URL))
    assert {name: listed[name] for name in ("address", "cause", "detail")} == {
        "address": "bob@example.com",
        "cause": "bounce",
        "detail": "General",
    }
    assert data(admin.delete(f"{URL}/{listed['id']}")) == listed
    assert data(admin.get(URL)) == []
    assert error(admin.delete(f"{URL}/{listed['id']}"), 404)[0] == "NOT_FOUND"


def test_many_are_listed_page_by_page(admin: Client, stack: Stack) -> None:
    for number in range(5):
        suppress(stack.tenant, f"u{number}@example.com", "complaint", None)
    first = admin.get(f"{URL}?limit=3")
    cursor = first.body["meta"]["pagination"]["nextCursor"]
    rest = admin.get(f"{URL}?limit=3&cursor={cursor}")
    found = [each["address"] for each in (*data(first), *data(rest))]
    assert sorted(found) == [f"u{number}@example.com" for number in range(5)]
    assert rest.body["meta"]["pagination"]["nextCursor"] is None


def test_another_tenants_address_is_not_found(admin: Client, stack: Stack) -> None:
    suppress(stack.tenant, "bob@example.com", "bounce", None)
    (listed,) = data(admin.get(URL))
    other = Client(stack.new_key("admin:settings", tenant="globex"))
    assert error(other.delete(f"{URL}/{listed['id']}"), 404)[0] == "NOT_FOUND"
    assert len(data(admin.get(URL))) == 1


def test_changing_takes_more_than_reading(stack: Stack, admin: Client) -> None:
    reader = Client(stack.new_key("admin:settings:read"))
    assert reader.get(URL).status == 200
    assert reader.delete(f"{URL}/{uuid.uuid4()}").status == 403
    assert error(admin.delete(f"{URL}/bob"), 400)[0] == "VALIDATION_FAILED"
