"""GET /api/v1/admin/keys"""

from tests.support.gateway import Client
from tests.support.stack import Stack
from tests.unit.functions.api.admin.documents import data, delete, pages

URL = "/api/v1/admin/keys"


def test_the_newest_is_first_and_no_secret_is_shown(admin: Client) -> None:
    for name in ("First", "Second", "Third"):
        data(admin.post(URL, {"name": name, "scopes": ["flows:read"]}), 201)
    shown = data(admin.get(URL))
    names = {"First", "Second", "Third"}
    assert {key["name"] for key in shown[:3]} == names
    assert all("secret" not in key and "digest" not in key for key in shown)
    assert pages(admin, URL, 2) == shown
    assert [key["id"] for key in shown] == sorted((key["id"] for key in shown), reverse=True)


def test_a_revoked_key_stays_in_the_list(admin: Client) -> None:
    key = data(admin.post(URL, {"name": "Old", "scopes": ["flows:read"]}), 201)
    revoked = data(delete(admin, f"{URL}/{key['id']}"))
    assert revoked in data(admin.get(URL))
    assert revoked["status"] == "REVOKED"


def test_another_tenants_keys_are_not_in_it(stack: Stack) -> None:
    other = Client(stack.new_key("admin:*", tenant="umbrella"))
    assert [key["name"] for key in data(other.get(URL))] == ["Limited"]
