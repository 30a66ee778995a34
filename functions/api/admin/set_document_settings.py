"""PUT /api/v1/admin/settings/documents"""

from signoff.contracts.admin.face import ADMIN
from signoff.contracts.admin.models_settings import (
    DocumentSettingsRequest,
    ShownDocumentSettings,
    shown_settings,
)
from signoff.documents.settings import change_settings
from signoff.entrypoints.endpoint import endpoint
from signoff.entrypoints.request import Request


def set_document_settings(request: Request[DocumentSettingsRequest]) -> ShownDocumentSettings:
    """Say which files are taken from now on. What is stored stays."""
    sent = request.body
    return shown_settings(change_settings(request.caller, sent.types, sent.max_bytes))


handler = endpoint(
    ADMIN, "PUT /api/v1/admin/settings/documents", set_document_settings, scope="admin:settings",
    body=DocumentSettingsRequest, refusals=(413,),
)  # fmt: skip
