"""PUT /api/v1/admin/settings/documents"""

from typing import Any

import pytest

from signoff.documents.kinds import DEFAULT_TYPES
from signoff.documents.settings import DEFAULT_BYTES
from signoff.identity.settings import settings_partition
from signoff.storage.store import history
from signoff.storage.values import from_json
from tests.support.gateway import Client
from tests.support.stack import Stack
from tests.unit.functions.api.admin.documents import data, error

URL = "/api/v1/admin/settings/documents"
DOCUMENTS = "/api/v1/documents"
BODY = {"types": ["text/html", "text/plain"], "maxBytes": 1_000}


def changes() -> list[Any]:
    entries = history().query_all(settings_partition("acme"))
    return [from_json(each["detail"]) for each in entries if each["type"] == "settings.changed"]


def test_they_hold_from_then_on(admin: Client, stack: Stack) -> None:
    alice = stack.client("alice")
    page = b"<html><body>Report</body></html>"
    assert error(alice.upload(DOCUMENTS, page), 400)[0] == "FILE_TYPE_NOT_SUPPORTED"
    assert data(admin.put(URL, BODY)) == BODY
    assert data(admin.get(URL)) == BODY
    assert data(alice.upload(DOCUMENTS, page), 201)["type"] == "text/html"
    assert error(alice.upload(DOCUMENTS, b"%PDF-1.7"), 400)[0] == "FILE_TYPE_NOT_SUPPORTED"
    assert error(alice.upload(DOCUMENTS, b"a" * 1_001), 413)[0] == "FILE_TOO_LARGE"


def test_a_change_is_audited_and_no_change_is_none(admin: Client) -> None:
    data(admin.put(URL, BODY))
    data(admin.put(URL, BODY))
    [change] = changes()
    assert change["settings"] == "documents"
    assert change["from"] == {"types": list(DEFAULT_TYPES), "maxBytes": DEFAULT_BYTES}
    assert change["to"] == BODY


def test_another_tenants_settings_are_its_own(admin: Client, stack: Stack) -> None:
    data(admin.put(URL, BODY))
    other = Client(stack.new_key("admin:settings", tenant="globex"))
    assert data(other.get(URL))["types"] == list(DEFAULT_TYPES)


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"types": []}, "types"),
        ({"types": ["application/x-nobody-finds-this"]}, "types"),
        ({"types": "text/plain"}, "types"),
        ({"maxBytes": 0}, "maxBytes"),
        ({"maxBytes": 6 * 1024**3}, "maxBytes"),
        ({"other": 1}, "other"),
    ],
)
def test_what_does_not_fit_is_400(admin: Client, change: dict[str, Any], field: str) -> None:
    assert error(admin.put(URL, BODY | change), 400) == ("VALIDATION_FAILED", field)
    assert changes() == []


def test_reading_and_changing_are_scopes_of_their_own(stack: Stack) -> None:
    reader = Client(stack.new_key("admin:settings:read"))
    assert data(reader.get(URL))["maxBytes"] == DEFAULT_BYTES
    assert error(reader.put(URL, BODY), 403)[0] == "SCOPE_INSUFFICIENT"
