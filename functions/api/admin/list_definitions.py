"""GET /api/v1/admin/definitions"""

from signoff.contracts.admin.face import ADMIN
from signoff.contracts.admin.models_definitions import DefinitionSummary, definition_summary
from signoff.definitions import store
from signoff.entrypoints.endpoint import endpoint
from signoff.entrypoints.request import Request
from signoff.pagination import Slice


def list_definitions(request: Request[None]) -> Slice[DefinitionSummary]:
    """List the published definitions in the order of their keys."""
    page = request.page
    found = store.list_definitions(request.tenant, limit=page.limit, cursor=page.cursor)
    return found.map(definition_summary)


handler = endpoint(
    ADMIN,
    "GET /api/v1/admin/definitions",
    list_definitions,
    scope="admin:definitions:read",
    paged=True,
)
