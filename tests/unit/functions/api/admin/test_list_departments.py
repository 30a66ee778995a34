"""GET /api/v1/admin/departments"""

from tests.support.gateway import Client
from tests.support.stack import Stack
from tests.unit.functions.api.admin.documents import data, pages
from tests.unit.functions.api.admin.people import DEPARTMENTS, found_departments


def test_they_are_in_the_order_of_their_ids(admin: Client, stack: Stack) -> None:
    found_departments(admin, sales=None, finance=None, legal=None)
    shown = data(admin.get(DEPARTMENTS))
    assert [each["id"] for each in shown] == ["finance", "legal", "sales"]
    assert pages(admin, DEPARTMENTS, 2) == shown
    other = Client(stack.new_key("admin:*", tenant="umbrella"))
    assert data(other.get(DEPARTMENTS)) == []
