"""GET /api/v1/admin/departments/{department}"""

from tests.support.gateway import Client
from tests.support.stack import Stack
from tests.unit.functions.api.admin.documents import data, error
from tests.unit.functions.api.admin.people import DEPARTMENTS, found_departments


def test_what_is_not_there_and_another_tenants_are_404(admin: Client, stack: Stack) -> None:
    found_departments(admin, finance=None)
    other = Client(stack.new_key("admin:*", tenant="umbrella"))
    assert data(admin.get(f"{DEPARTMENTS}/finance"))["name"] == "Finance"
    for client, name in ((admin, "nowhere"), (other, "finance")):
        assert error(client.get(f"{DEPARTMENTS}/{name}"), 404)[0] == "NOT_FOUND"
