"""GET /api/v1/admin/users/{userId}"""

from urllib.parse import quote

import pytest

from tests.support.gateway import Client
from tests.unit.functions.api.admin.documents import error
from tests.unit.functions.api.admin.people import USERS, employ


@pytest.mark.parametrize("user_id", ["nobody", "../keys", "USERS", "a\x00b", "💥" * 64])
def test_what_is_nobody_is_404(admin: Client, user_id: str) -> None:
    employ(admin, "dora")
    assert error(admin.get(f"{USERS}/{quote(user_id, safe='')}"), 404)[0] == "NOT_FOUND"


def test_what_is_too_long_is_400(admin: Client) -> None:
    assert error(admin.get(f"{USERS}/{'x' * 257}"), 400) == ("VALIDATION_FAILED", "userId")
