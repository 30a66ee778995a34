"""Out of office: from when to when, and who stands in."""

from datetime import UTC, datetime
from typing import Any

from signoff.clock import timestamp
from signoff.directory.checks import check_person
from signoff.directory.find import find_user
from signoff.directory.resolve import MAX_HOPS
from signoff.directory.user import Absence
from signoff.errors import Invalid


def read_absence(since: str | None, until: str | None, delegate: str | None) -> Absence:
    """An absence from what was sent: RFC 3339 with an offset. ``since`` None is now.

    Raises Invalid for moments that are none, and for an end that is not behind the beginning.
    """
    begins = _moment(since, "from") if since is not None else timestamp()
    ends = _moment(until, "to") if until is not None else None
    if ends is not None and ends <= begins:
        raise Invalid("to must lie behind from", field="to")
    if ends is not None and ends <= timestamp():
        raise Invalid("to is in the past", field="to")
    return Absence(begins, ends, delegate)


def check_absence(tenant: str, user_id: str, absence: Absence | None) -> None:
    """Raise Invalid where the delegate is nobody, the person, or leads back to them.

    What is entered later, or by two at once, can still close a circle: asking people catches that
    (``directory.resolve``).
    """
    if absence is None or absence.delegate is None:
        return
    if absence.delegate == user_id:
        raise Invalid("delegateId is the person who is away", field="delegateId")
    check_person(tenant, absence.delegate, "delegateId")
    stand_in: str | None = absence.delegate
    for _ in range(MAX_HOPS):
        if stand_in == user_id:
            raise Invalid(
                "delegateId is away as well, and its delegates lead back to this person",
                field="delegateId",
            )
        other = find_user(tenant, stand_in) if stand_in else None
        if other is None or other.absence is None or not _overlap(other.absence, absence):
            return
        stand_in = other.absence.delegate
    raise Invalid(f"delegateId has more than {MAX_HOPS} delegates in turn", field="delegateId")


def shown_absence(absence: Absence) -> dict[str, Any]:
    """An absence as history tells it."""
    return {"from": absence.since, "to": absence.until, "delegateId": absence.delegate}


def _overlap(one: Absence, other: Absence) -> bool:
    begins = one.until is None or other.since < one.until
    return begins and (other.until is None or one.since < other.until)


def _moment(text: str, field: str) -> str:
    try:
        moment = datetime.fromisoformat(text)
        if moment.tzinfo is None:
            raise ValueError("without an offset")
        return timestamp(moment.astimezone(UTC))
    except (ValueError, OverflowError) as error:
        raise Invalid(
            f"{field} is a date and time with an offset, such as 2027-01-31T00:00:00Z", field=field
        ) from error
