"""GET /api/v1/admin/definitions"""

from tests.support.gateway import Client
from tests.support.stack import Stack
from tests.unit.functions.api.admin.documents import PURCHASE, YAML, data, error, pages

URL = "/api/v1/admin/definitions"


def test_they_are_in_the_order_of_their_keys(admin: Client) -> None:
    for key in ("zebra", "alpaca", "mole"):
        data(admin.post(URL, PURCHASE.replace("key: purchase", f"key: {key}"), **YAML), 201)
    wanted = ["alpaca", "document-approval", "mole", "zebra"]
    assert [each["key"] for each in data(admin.get(URL))] == wanted
    assert [each["key"] for each in pages(admin, URL, 1)] == wanted
    assert [each["key"] for each in pages(admin, URL, 3)] == wanted


def test_each_is_its_newest_version(admin: Client, purchase: str) -> None:
    admin.post(URL, PURCHASE.replace("Purchase", "Order"), **YAML)
    [shown] = [each for each in data(admin.get(URL)) if each["key"] == purchase]
    assert (shown["version"], shown["name"]) == (2, "Order 🛒")


def test_another_tenant_sees_nothing(stack: Stack) -> None:
    other = Client(stack.new_key("admin:*", tenant="umbrella"))
    assert data(other.get(URL)) == []


def test_a_limit_beyond_200_is_refused(admin: Client) -> None:
    assert error(admin.get(f"{URL}?limit=201"), 400) == ("VALIDATION_FAILED", "limit")


def test_a_cursor_of_another_list_is_refused(admin: Client, purchase: str) -> None:
    keys = admin.get("/api/v1/admin/keys?limit=1")
    cursor = keys.body["meta"]["pagination"]["nextCursor"]
    assert cursor
    assert error(admin.get(f"{URL}?cursor={cursor}"), 400) == ("VALIDATION_FAILED", "cursor")
