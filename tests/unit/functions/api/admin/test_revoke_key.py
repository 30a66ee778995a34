"""DELETE /api/v1/admin/keys/{keyId}"""

import pytest

from signoff.identity import authenticate
from tests.support.gateway import Client
from tests.support.stack import Stack
from tests.unit.functions.api.admin.documents import data, delete, error

URL = "/api/v1/admin/keys"


@pytest.fixture
def key(admin: Client) -> dict[str, str]:
    """A key that may look at runs."""
    body = {"name": "Auditor", "scopes": ["admin:runs"]}
    made: dict[str, str] = data(admin.post(URL, body), 201)
    return made


def test_a_revoked_key_is_refused(admin: Client, key: dict[str, str]) -> None:
    auditor = Client(key["secret"])
    data(auditor.get("/api/v1/admin/runs"))
    revoked = data(delete(admin, f"{URL}/{key['id']}"))
    assert (revoked["status"], revoked["name"]) == ("REVOKED", "Auditor")
    assert "secret" not in revoked
    authenticate.forget_all()  # as after a minute
    assert error(auditor.get("/api/v1/admin/runs"), 401)[0] == "KEY_REVOKED"


def test_repeating_it_changes_nothing(admin: Client, key: dict[str, str]) -> None:
    first = data(delete(admin, f"{URL}/{key['id']}"))
    assert data(delete(admin, f"{URL}/{key['id']}")) == first


def test_what_is_not_there_is_404(stack: Stack, admin: Client, key: dict[str, str]) -> None:
    nobodys = "00000000-0000-4000-8000-000000000000"
    assert error(delete(admin, f"{URL}/{nobodys}"), 404)[0] == "NOT_FOUND"
    other = Client(stack.new_key("admin:*", tenant="umbrella"))
    assert error(delete(other, f"{URL}/{key['id']}"), 404)[0] == "NOT_FOUND"
    assert data(Client(key["secret"]).get("/api/v1/admin/runs")) == []


def test_an_id_that_is_none_is_400(admin: Client) -> None:
    assert error(delete(admin, f"{URL}/nonsense"), 400) == ("VALIDATION_FAILED", "keyId")
