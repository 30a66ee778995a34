"""$default: whatever no operation answers"""

from signoff.contracts.admin.face import ADMIN
from signoff.contracts.flow.face import FLOW
from signoff.contracts.routes import ROUTES
from signoff.entrypoints.fallback import fallback

handler = fallback({"/": FLOW, "/api/v1/admin": ADMIN}, ROUTES)
