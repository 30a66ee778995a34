"""Letters that are about no task: of a notify step, and for administrators."""

from signoff.clock import later
from signoff.notifications.letter import Letter
from signoff.notifications.notice import Notice
from signoff.notifications.occurrence import Occurrence
from signoff.notifications.reading import Names, title_of, workflow_of
from signoff.notifications.suppressions import find_suppression
from signoff.runs.read import find_run
from signoff.webhooks.health import DISABLED_AFTER_SECONDS, Health
from signoff.webhooks.rows import read_standing
from signoff.webhooks.subscription import Subscription

_FOR_ADMINISTRATORS = "You are told because you are an administrator."


def letter_of_step(notice: Notice, entry: Occurrence) -> Letter | None:
    """What a notify step says, in the definition's words."""
    run = find_run(notice.tenant, notice.about)
    if run is None:
        return None
    said, title, workflow = entry.detail, title_of(run), workflow_of(run)
    subject = said.get("subject") or f"{workflow}: {said.get('event') or said.get('step')}"
    because = f"you are a member of {notice.group}" if notice.group else "it names you"
    initiator = Names(notice.tenant, [run.initiator]).of(run.initiator)
    return Letter(
        subject=str(subject),
        lead=f"The workflow {workflow} has something to tell you about {title}.",
        quote=str(said["message"]) if said.get("message") else None,
        facts=(("Workflow", workflow), ("Subject", title), ("Submitted by", initiator)),
        why=f"You are told because the workflow says so and {because}.",
    )


def letter_of_webhook(notice: Notice, entry: Occurrence) -> Letter | None:
    """A webhook that does not answer; None where it was removed meanwhile, or does again."""
    webhook, health = read_standing(notice.tenant, notice.about)
    if webhook is None or health is None or not _is_still_so(notice, webhook, health):
        return None
    name = webhook.description or webhook.url
    if notice.reason == "webhook-failing":
        subject = f"Webhook is failing: {name}"
        until = later(entry.at, DISABLED_AFTER_SECONDS)[:10]
        lead = (
            "It has not taken what was sent several times in a row. Its deliveries wait, and go "
            f"out when it answers again. If it does not, it is disabled on {until}. For one "
            "webhook this is told once a day."
        )
    elif notice.reason == "webhook-disabled":
        subject = f"Webhook is disabled: {name}"
        lead = {
            "gone": "Its receiver answered 410: it is gone. Nothing more is sent to it.",
            "failing": "It has failed for too long. Nothing more is sent until it is enabled.",
        }.get(str(entry.detail.get("reason")), "Nothing more is sent to it until it is enabled.")
    else:
        subject = f"Webhook has lost a delivery: {name}"
        lead = (
            "A delivery was given up after its last attempt. It can be replayed for 30 days. For "
            "one webhook this is told once a day."
        )
    is_maker = notice.person == webhook.created_by and notice.group is None
    return Letter(
        subject=subject,
        lead=lead,
        facts=(
            ("Webhook", webhook.subscription_id),
            ("Address", webhook.url),
            *(_of_delivery(entry) if notice.reason == "delivery-failed" else ()),
        ),
        why="You are told because the webhook is yours." if is_maker else _FOR_ADMINISTRATORS,
    )


def _of_delivery(entry: Occurrence) -> tuple[tuple[str, str], ...]:
    """What was given up, and what its receiver said last."""
    said = entry.detail
    last = said.get("status") or said.get("error")
    facts = {"Event": said.get("eventType"), "Delivery": said.get("deliveryId"), "Answer": last}
    return tuple((name, str(value)) for name, value in facts.items() if value)


def _is_still_so(notice: Notice, webhook: Subscription, health: Health) -> bool:
    if notice.reason == "webhook-failing":
        return webhook.status == "ACTIVE" and health.is_failing
    return notice.reason != "webhook-disabled" or webhook.status == "DISABLED"


def letter_of_address(notice: Notice, _entry: Occurrence) -> Letter | None:
    """Mail to an address has stopped; None where it was released meanwhile."""
    found = find_suppression(notice.tenant, notice.about)
    if found is None:
        return None
    complained = found.cause == "complaint"
    what = "its owner marked a message as spam" if complained else "mail to it came back"
    return Letter(
        subject=f"No more mail to {found.address}",
        lead=(
            f"Nothing more is sent to {found.address}, because {what}. Correct the address in the "
            "directory, or release it when it takes mail again."
        ),
        facts=(("Address", found.address), ("Id", found.address_id)),
        why=_FOR_ADMINISTRATORS,
    )
