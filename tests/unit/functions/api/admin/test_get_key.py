"""GET /api/v1/admin/keys/{keyId}"""

from tests.support.gateway import Client
from tests.support.stack import Stack
from tests.unit.functions.api.admin.documents import data, error

URL = "/api/v1/admin/keys"


def test_a_key_is_shown_with_its_last_use_and_without_its_secret(admin: Client) -> None:
    body = {"name": "ERP", "scopes": ["admin:keys:read"], "ipAllowList": ["203.0.113.7"]}
    made = data(admin.post(URL, body), 201)
    assert data(admin.get(f"{URL}/{made['id']}"))["lastUsedAt"] is None
    shown = data(Client(made["secret"]).get(f"{URL}/{made['id']}"))
    assert shown["ipAllowList"] == ["203.0.113.7/32"]
    assert shown["lastUsedAt"] is not None
    assert "secret" not in shown


def test_a_key_may_not_be_used_from_elsewhere(admin: Client) -> None:
    body = {"name": "ERP", "scopes": ["admin:keys:read"], "ipAllowList": ["198.51.100.0/24"]}
    made = data(admin.post(URL, body), 201)
    assert error(Client(made["secret"]).get(URL), 403) == ("IP_NOT_ALLOWED", None)


def test_another_tenants_key_is_404(stack: Stack, admin: Client) -> None:
    made = data(admin.post(URL, {"name": "ERP", "scopes": ["flows:read"]}), 201)
    other = Client(stack.new_key("admin:*", tenant="umbrella"))
    assert error(other.get(f"{URL}/{made['id']}"), 404)[0] == "NOT_FOUND"
    assert error(admin.get(f"{URL}/nonsense"), 400) == ("VALIDATION_FAILED", "keyId")
