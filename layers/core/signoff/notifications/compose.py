"""From a notice to its letter, as things are when it is written."""

from collections.abc import Callable

from signoff.notifications.about_others import letter_of_address, letter_of_step, letter_of_webhook
from signoff.notifications.about_tasks import letter_of_task
from signoff.notifications.letter import Letter
from signoff.notifications.notice import Notice
from signoff.notifications.occurrence import Occurrence

_OTHERS: dict[str, Callable[[Notice, Occurrence], Letter | None]] = {
    "notification": letter_of_step,
    "webhook-failing": letter_of_webhook,
    "webhook-disabled": letter_of_webhook,
    "delivery-failed": letter_of_webhook,
    "address-suppressed": letter_of_address,
}


def compose(notice: Notice, entry: Occurrence) -> Letter | None:
    """The letter that tells ``notice``, fit to be shown; None where it is not so any more."""
    letter = _OTHERS.get(notice.reason, letter_of_task)(notice, entry)
    return letter.cleaned() if letter else None
