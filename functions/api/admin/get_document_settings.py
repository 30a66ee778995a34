"""GET /api/v1/admin/settings/documents"""

from signoff.contracts.admin.face import ADMIN
from signoff.contracts.admin.models_settings import ShownDocumentSettings, shown_settings
from signoff.documents.settings import read_settings
from signoff.entrypoints.endpoint import endpoint
from signoff.entrypoints.request import Request


def get_document_settings(request: Request[None]) -> ShownDocumentSettings:
    """Read which files are taken."""
    return shown_settings(read_settings(request.tenant))


handler = endpoint(
    ADMIN, "GET /api/v1/admin/settings/documents", get_document_settings,
    scope="admin:settings:read",
)  # fmt: skip
