"""GET /api/v1/admin/definitions/{definition}"""

from signoff.contracts.admin.face import ADMIN
from signoff.contracts.admin.models_definitions import DefinitionDetail, definition_detail
from signoff.definitions.names import definition_named
from signoff.definitions.store import MAX_VERSION, read_definition, read_version
from signoff.entrypoints.endpoint import endpoint
from signoff.entrypoints.request import Request


def get_definition(request: Request[None]) -> DefinitionDetail:
    """Get a definition by key or id: its newest version, or the one that `version` names."""
    head = read_definition(request.tenant, definition_named(request.path["definition"]))
    version = int(request.filters.get("version", head.version))
    return definition_detail(head, read_version(request.tenant, head.definition_id, version))


handler = endpoint(
    ADMIN, "GET /api/v1/admin/definitions/{definition}", get_definition,
    scope="admin:definitions:read", refusals=(404,), filters={"version": range(1, MAX_VERSION + 1)},
)  # fmt: skip
