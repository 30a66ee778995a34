"""Letting go what was parked, once a subscription is well or enabled again.

Some at a time, oldest first, each part asking for the next by a message: a receiver that has just
come back is not buried, and no invocation has more to do than this. The health says that a release
is going on, so the sweep takes up one whose message was lost. It stays so for a while after nothing
is parked any more, because the index that is searched may be a moment behind.
"""

from signoff.clock import after, timestamp
from signoff.storage.transaction import ConditionFailed, Contended, Transaction
from signoff.webhooks.delivery import Delivery
from signoff.webhooks.messages import Hint, hint_of, send_hints
from signoff.webhooks.progress import released
from signoff.webhooks.rows import add_row, oldest_keys, read_rows, read_standing
from signoff.webhooks.wellbeing import RELEASE_CARE_SECONDS, end_release, look_again

# Rows are at most 60 KB, and a transaction takes 4 MB.
CHUNK = 50
# Seconds between two parts: fifty deliveries a second.
PACE_SECONDS = 1
# A release is over when nothing has been found so long after it began.
SETTLED_SECONDS = 600


def send_release(tenant: str, subscription_id: str) -> None:
    """Begin what was just committed (``wellbeing.start_anew``, ``make_well``) at once."""
    send_hints([Hint(tenant, subscription_id)])  # where this is lost the sweep begins


def release_some(tenant: str, subscription_id: str) -> int:
    """Release the oldest parked deliveries and ask for the next part; answers how many.

    Nothing happens where no release is going on (any more), so it may be called at any time.
    """
    subscription, health = read_standing(tenant, subscription_id)
    if subscription is None or health is None or subscription.status == "DISABLED":
        return 0
    if health.releasing_since is None:
        return 0
    keys, more = oldest_keys(tenant, subscription_id, "PARKED", CHUNK)
    rows = [row for row in read_rows(keys) if row.status == "PARKED"] if keys else []
    freed = _free(rows)
    slow = health.is_slow(timestamp())
    send_hints(hint_of(row, slow=slow) for row in freed)  # all are due: the sweep finds the others
    if more or len(keys) == CHUNK:
        send_hints([Hint(tenant, subscription_id, delay=PACE_SECONDS)])
    if not keys and health.releasing_since < after(-SETTLED_SECONDS):
        end_release(health)
    else:
        look_again(health, RELEASE_CARE_SECONDS)
    return len(freed)


def _free(rows: list[Delivery]) -> list[Delivery]:
    """Make them due, but for those that somebody else has written meanwhile."""
    freed = [released(row, timestamp()) for row in rows]
    while freed:
        change = Transaction()
        for row in freed:
            add_row(change, row)
        try:
            change.commit()
        except ConditionFailed as error:
            freed = [row for row in freed if row.key != error.key]
        except Contended:
            return []  # the next part, or the sweep, finds them still parked
        else:
            break
    return freed
