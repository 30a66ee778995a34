"""$default: whatever no operation answers"""

from signoff.contracts.admin.face import ADMIN
from signoff.contracts.approvals.face import APPROVALS
from signoff.contracts.flow.face import FLOW
from signoff.contracts.oauth.face import OAUTH
from signoff.contracts.pages.face import PAGES
from signoff.contracts.routes import ROUTES
from signoff.entrypoints.fallback import fallback

_FACES = {
    "/": FLOW,
    "/api/v1/admin": ADMIN,
    "/api/v1/documents": APPROVALS,
    "/api/v1/users": APPROVALS,
    "/api/v1/workflows": APPROVALS,
    "/decide/": PAGES,
    "/notifications/": PAGES,
    "/oauth/": OAUTH,
}

handler = fallback(_FACES, ROUTES)
