"""What the sweep does for a subscription that is failing or being released."""

from signoff.clock import timestamp
from signoff.storage.single import delete_one
from signoff.storage.store import state
from signoff.storage.transaction import present
from signoff.webhooks.probe import choose_probe
from signoff.webhooks.release import release_some
from signoff.webhooks.rows import read_standing
from signoff.webhooks.wellbeing import FAILING_CARE_SECONDS, leave_alone, look_again


def care_for(tenant: str, subscription_id: str) -> str:
    """Do what its health says is owed; answers what that was, in a word.

    Release the next part of what is parked; see to it that one delivery probes; forget what is kept
    of a subscription that is disabled or removed.
    """
    subscription, health = read_standing(tenant, subscription_id)
    if health is None or health.care_at is None or health.care_at > timestamp():
        return "nothing"  # the index is a moment behind
    if subscription is None:
        delete_one(state(), health.key, present())
        return "removed"
    if subscription.status == "DISABLED":
        leave_alone(health)
        return "removed"
    if health.releasing_since is not None:
        release_some(tenant, subscription_id)
        return "released"
    choose_probe(health)
    look_again(health, FAILING_CARE_SECONDS)
    return "probed"
