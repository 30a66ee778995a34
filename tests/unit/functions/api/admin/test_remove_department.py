"""DELETE /api/v1/admin/departments/{department}"""

from tests.support.gateway import Client
from tests.support.stack import Stack
from tests.unit.functions.api.admin.documents import data, delete, error
from tests.unit.functions.api.admin.people import (
    DEPARTMENTS,
    edit,
    employ,
    found_departments,
    settings_entries,
)

URL = f"{DEPARTMENTS}/finance"


def test_it_goes_when_nobody_is_in_it_any_more(admin: Client) -> None:
    found_departments(admin, finance=None)
    employ(admin, "dora", department="finance")
    assert error(delete(admin, URL), 409) == ("WORKFLOW_CONFLICT", "department")
    edit(admin, "dora", department=None)
    assert data(delete(admin, URL))["id"] == "finance"
    assert error(delete(admin, URL), 404)[0] == "NOT_FOUND"
    assert settings_entries()[-1][0] == "department.removed"


def test_another_tenants_is_404(admin: Client, stack: Stack) -> None:
    found_departments(admin, finance=None)
    other = Client(stack.new_key("admin:*", tenant="umbrella"))
    assert error(delete(other, URL), 404)[0] == "NOT_FOUND"
    assert data(admin.get(URL))["id"] == "finance"
