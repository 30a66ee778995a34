"""GET /api/v1/admin/users"""

from signoff.contracts.admin.face import ADMIN
from signoff.contracts.admin.models_users import Person, shown_user
from signoff.directory.lists import find_people
from signoff.entrypoints.endpoint import endpoint
from signoff.entrypoints.filters import Text
from signoff.entrypoints.request import Request
from signoff.pagination import Slice


def list_users(request: Request[None]) -> Slice[Person]:
    """List the people of the directory by their ids; with a filter, those who are active."""
    page, filters = request.page, request.filters
    found = find_people(request.tenant, filters, limit=page.limit, cursor=page.cursor)
    return found.map(shown_user)


handler = endpoint(
    ADMIN, "GET /api/v1/admin/users", list_users, scope="admin:users:read", paged=True,
    filters={"group": Text(), "role": Text(), "department": Text()},
)  # fmt: skip
