"""GET /api/v1/admin/audit"""

from signoff.audit.search import Sought, search_history
from signoff.contracts.admin.face import ADMIN
from signoff.contracts.admin.models_audit import AuditEntry, audit_entry
from signoff.entrypoints.endpoint import endpoint
from signoff.entrypoints.filters import Moment, Text
from signoff.entrypoints.request import Request
from signoff.pagination import Slice


def search_audit(request: Request[None]) -> Slice[AuditEntry]:
    """Search the history of runs, documents and settings, newest first; a page may be short."""
    page, asked = request.page, request.filters
    sought = Sought(
        actor=asked.get("actor"), subject=asked.get("subject"), type_=asked.get("type"),
        via=asked.get("via"), since=asked.get("from"), until=asked.get("to"),
    )  # fmt: skip
    found = search_history(request.tenant, sought, limit=page.limit, cursor=page.cursor)
    return found.map(audit_entry)


handler = endpoint(
    ADMIN, "GET /api/v1/admin/audit", search_audit, scope="admin:audit", paged=True,
    filters={
        "actor": Text(), "subject": Text(), "type": Text(64), "via": Text(64),
        "from": Moment(), "to": Moment(),
    },
)  # fmt: skip
