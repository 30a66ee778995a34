"""Reading what has become of the deliveries of a subscription, the newest event first."""

import re

from signoff.errors import Malformed, NotFound
from signoff.pagination import Slice, cursor_at, place_in
from signoff.storage.store import DELIVERIES_BY_STATUS, state
from signoff.storage.table import Page
from signoff.storage.values import Item
from signoff.webhooks.delivery import (
    Delivery,
    DeliveryStatus,
    delivery_key,
    first_id_at,
    status_partition,
)
from signoff.webhooks.read import find_subscription
from signoff.webhooks.subscription import subscription_partition

_ID = re.compile(r"[0-9a-f-]{36}")
# Sorts behind every id: what a list begins before.
_LAST = "g"


def list_deliveries(
    tenant: str,
    subscription_id: str,
    *,
    limit: int,
    cursor: str | None = None,
    status: DeliveryStatus | None = None,
    since: str | None = None,
    until: str | None = None,
) -> Slice[Delivery]:
    """The deliveries of events that happened from ``since`` on and before ``until`` (timestamps).

    One query, and with a status, of which the index holds keys alone, one read per hundred; that
    index follows a write within a moment, and what has another status by now is left out, so a
    page may be short and have a next one. Raises NotFound for the subscription, and Malformed for
    a cursor that this list has not given out.
    """
    place = place_in(cursor)
    if place is not None and not _ID.fullmatch(place):
        raise Malformed("cursor is not one that this API gave out", field="cursor")
    find_subscription(tenant, subscription_id)
    before = min(place or _LAST, first_id_at(until) if until else _LAST)
    first = first_id_at(since) if since else ""
    # One more tells whether there is a next page.
    page = _page(tenant, subscription_id, status, before, limit + 1)
    places = [each["deliveryId"] for each in page.items]
    wanted = [each for each in places[:limit] if each >= first]
    rows = {each.delivery_id: each for each in _rows(page.items[: len(wanted)], status)}
    ended = len(wanted) < len(places[:limit]) or (len(places) <= limit and page.next_key is None)
    shown = [rows[each] for each in wanted if each in rows]
    return Slice(shown, None if ended or not wanted else cursor_at(wanted[-1]))


def find_delivery(tenant: str, subscription_id: str, delivery_id: str) -> Delivery:
    """One delivery, with its attempts; two consistent reads. Raises NotFound."""
    find_subscription(tenant, subscription_id)
    return read_delivery(tenant, subscription_id, delivery_id)


def read_delivery(tenant: str, subscription_id: str, delivery_id: str) -> Delivery:
    """The same of a subscription that is known to be there; one consistent read."""
    item = state().get(delivery_key(tenant, subscription_id, delivery_id))
    if item is None:
        raise NotFound("Delivery not found")
    return Delivery.from_item(item)


def _page(
    tenant: str, subscription_id: str, status: DeliveryStatus | None, before: str, limit: int
) -> Page:
    if status is None:
        partition = subscription_partition(tenant, subscription_id)
        sort = delivery_key(tenant, subscription_id, before)[1]
        return state().query(partition, before=sort, newest_first=True, limit=limit)
    page = state().query(
        status_partition(tenant, subscription_id, status),
        index=DELIVERIES_BY_STATUS,
        before=before,
        newest_first=True,
        limit=limit,
    )
    keys = [{**each, "deliveryId": each[DELIVERIES_BY_STATUS.sort]} for each in page.items]
    return Page(keys, page.next_key)


def _rows(items: list[Item], status: DeliveryStatus | None) -> list[Delivery]:
    if status is None:
        return [Delivery.from_item(each) for each in items]
    there = state().get_many([(each["PK"], each["SK"]) for each in items])
    found = map(Delivery.from_item, there.values())
    return [each for each in found if each.status == status]
