"""GET /api/v1/admin/webhooks"""

from tests.support.gateway import Client
from tests.unit.functions.api.admin.documents import data, pages
from tests.unit.functions.api.admin.webhooks import URL, made, make_failing


def test_the_newest_comes_first_and_pages_join(admin: Client) -> None:
    ids = [made(admin)["id"] for _ in range(5)]
    make_failing(ids[2])
    admin.post(f"{URL}/{ids[1]}/disable")
    whole = data(admin.get(URL))
    assert [each["id"] for each in whole] == ids[::-1]
    assert [each["status"] for each in whole] == [
        "ACTIVE", "ACTIVE", "FAILING", "DISABLED", "ACTIVE",
    ]  # fmt: skip
    assert pages(admin, URL, 2) == whole
    assert "whsec_" not in admin.get(URL).text
