"""GET /api/v1/admin/webhooks/{webhookId}/deliveries"""

from urllib.parse import quote

import pytest

from tests.support.gateway import Client
from tests.unit.functions.api.admin.documents import data, error, pages
from tests.unit.functions.api.admin.webhooks import UNKNOWN, URL, at, deliver, made, make_failing


@pytest.fixture
def url(admin: Client) -> str:
    """The list of a webhook with ten deliveries, of which each third was given up."""
    webhook = made(admin)
    make_failing(webhook["id"])  # an item that is no delivery, beside them
    for minute in range(10):
        deliver(webhook["id"], minute, "FAILED" if minute % 3 == 0 else "DELIVERED")
    deliver(made(admin)["id"], 5)
    return f"{URL}/{webhook['id']}/deliveries"


def test_the_newest_event_comes_first(admin: Client, url: str) -> None:
    whole = data(admin.get(url))
    assert [each["eventAt"] for each in whole] == [at(minute) for minute in range(9, -1, -1)]
    assert whole[0]["webhookId"] in url
    assert (whole[0]["status"], whole[0]["lastStatus"], whole[1]["lastStatus"]) == (
        "FAILED", 500, 200,
    )  # fmt: skip
    assert "ok then" not in admin.get(url).text


@pytest.mark.parametrize("status", [None, "FAILED", "DELIVERED", "PENDING"])
@pytest.mark.parametrize("since", [None, 0, 3, 6, 100])
@pytest.mark.parametrize("until", [None, 9, 6, 0])
def test_status_and_time_narrow_together_and_pages_join(
    admin: Client, url: str, status: str | None, since: int | None, until: int | None
) -> None:
    asked = {
        "status": status,
        "since": None if since is None else at(since),
        "until": None if until is None else at(until),
    }
    query = "&".join(f"{name}={quote(text)}" for name, text in asked.items() if text)
    expected = [
        at(minute)
        for minute in range(9, -1, -1)
        if status in (None, "FAILED" if minute % 3 == 0 else "DELIVERED")
        and (since is None or minute >= since)
        and (until is None or minute < until)
    ]
    found = pages(admin, f"{url}?{query}", 2)
    assert [each["eventAt"] for each in found] == expected
    assert [each["eventAt"] for each in data(admin.get(f"{url}?{query}"))] == expected


def test_what_does_not_fit_is_400(admin: Client, url: str) -> None:
    for query, field in (("status=GONE", "status"), ("since=yesterday", "since"), ("to=1", "to")):
        assert error(admin.get(f"{url}?{query}"), 400) == ("VALIDATION_FAILED", field)
    assert error(admin.get(f"{url}?cursor=eyJhZnRlciI6IkgifQ"), 400)[1] == "cursor"
    assert error(admin.get(f"{URL}/{UNKNOWN}/deliveries"), 404)[0] == "NOT_FOUND"
