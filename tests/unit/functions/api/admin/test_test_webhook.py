"""POST /api/v1/admin/webhooks/{webhookId}/test"""

from signoff.contracts.events.formats import FORMATS
from signoff.contracts.events.happened import from_item
from signoff.storage.store import history
from signoff.webhooks.delivery import delivery_id
from tests.support.gateway import Client
from tests.unit.functions.api.admin.documents import data, error
from tests.unit.functions.api.admin.webhooks import UNKNOWN, URL, made, make_failing


def test_it_is_an_event_whose_delivery_is_known_before(admin: Client) -> None:
    for name in FORMATS:
        webhook = made(admin, format=name, eventTypes=["document.uploaded"])
        answer = data(admin.post(f"{URL}/{webhook['id']}/test"), 202)
        items = list(history().query_all("T#acme#SETTINGS"))
        event = from_item(items[-1])
        assert event is not None
        assert (event.type, items[-1]["subject"]) == ("webhook.tested", webhook["id"])
        expected = delivery_id(event.id, event.at, webhook["id"])
        assert answer == {"deliveryId": expected}


def test_a_repetition_is_no_second_event(admin: Client) -> None:
    url = f"{URL}/{made(admin)['id']}/test"
    first = data(admin.post(url, Idempotency_Key="k"), 202)
    assert data(admin.post(url, Idempotency_Key="k"), 202) == first
    assert data(admin.post(url), 202) != first


def test_a_failing_one_is_tested_and_a_disabled_one_is_409(admin: Client) -> None:
    webhook = made(admin)
    url = f"{URL}/{webhook['id']}"
    make_failing(webhook["id"])
    assert data(admin.post(f"{url}/test"), 202)
    admin.post(f"{url}/disable")
    assert error(admin.post(f"{url}/test"), 409)[0] == "WORKFLOW_CONFLICT"
    assert error(admin.post(f"{URL}/{UNKNOWN}/test"), 404)[0] == "NOT_FOUND"
