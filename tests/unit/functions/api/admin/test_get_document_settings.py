"""GET /api/v1/admin/settings/documents"""

from signoff.documents.kinds import DEFAULT_TYPES
from signoff.documents.settings import DEFAULT_BYTES
from tests.support.gateway import Client
from tests.support.stack import Stack
from tests.unit.functions.api.admin.documents import data, error

URL = "/api/v1/admin/settings/documents"


def test_what_holds_unless_told(admin: Client) -> None:
    assert data(admin.get(URL)) == {"types": list(DEFAULT_TYPES), "maxBytes": DEFAULT_BYTES}


def test_it_takes_the_scope(stack: Stack) -> None:
    assert error(Client(stack.key).get(URL), 403)[0] == "SCOPE_INSUFFICIENT"
