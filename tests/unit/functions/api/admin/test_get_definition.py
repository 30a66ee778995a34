"""GET /api/v1/admin/definitions/{definition}"""

import pytest
import yaml

from tests.support.gateway import Client
from tests.support.stack import Stack
from tests.unit.functions.api.admin.documents import PURCHASE, YAML, data, error

URL = "/api/v1/admin/definitions"


def test_it_is_found_by_key_and_by_id(admin: Client, purchase: str) -> None:
    by_key = data(admin.get(f"{URL}/{purchase}"))
    assert data(admin.get(f"{URL}/{by_key['id']}")) == by_key
    assert by_key["document"] == yaml.safe_load(PURCHASE)


def test_an_older_version_is_as_it_was(admin: Client, purchase: str) -> None:
    changed = PURCHASE.replace("Purchase", "Order") + "enabled: false\n"
    admin.post(URL, changed, **YAML)
    newest = data(admin.get(f"{URL}/{purchase}"))
    assert (newest["version"], newest["name"], newest["enabled"]) == (2, "Order 🛒", False)
    older = data(admin.get(f"{URL}/{purchase}?version=1"))
    assert (older["version"], older["latestVersion"]) == (1, 2)
    assert (older["name"], older["enabled"]) == ("Purchase 🛒", True)
    assert older["machineArn"] != newest["machineArn"]


@pytest.mark.parametrize("version", ["0", "-1", "x", "1.0", "9999999", "%D9%A1"])
def test_a_version_is_a_whole_number(admin: Client, purchase: str, version: str) -> None:
    answer = admin.get(f"{URL}/{purchase}?version={version}")
    assert error(answer, 400) == ("VALIDATION_FAILED", "version")


def test_a_version_that_is_not_there_is_404(admin: Client, purchase: str) -> None:
    assert error(admin.get(f"{URL}/{purchase}?version=2"), 404) == ("NOT_FOUND", "version")


@pytest.mark.parametrize(
    "name", ["nothing", "%F0%9F%9B%92", "00000000-0000-4000-8000-000000000000", "K%23purchase"]
)
def test_what_is_not_there_is_404(admin: Client, purchase: str, name: str) -> None:
    assert error(admin.get(f"{URL}/{name}"), 404)[0] == "NOT_FOUND"


def test_an_absurd_name_is_400(admin: Client) -> None:
    assert error(admin.get(f"{URL}/{'x' * 300}"), 400) == ("VALIDATION_FAILED", "definition")


def test_another_tenants_is_404(stack: Stack, admin: Client, purchase: str) -> None:
    identifier = data(admin.get(f"{URL}/{purchase}"))["id"]
    other = Client(stack.new_key("admin:*", tenant="umbrella"))
    assert error(other.get(f"{URL}/{identifier}"), 404)[0] == "NOT_FOUND"
    assert error(other.get(f"{URL}/{purchase}"), 404)[0] == "NOT_FOUND"
