"""The one table of events: which entry of history is which event, in which format.

Every entry that is committed has a row. The table in docs/webhook-events.md, the JSON Schemas and
what a subscription may name come from here.
"""

from dataclasses import dataclass

from signoff.identity import settings


@dataclass(frozen=True)
class Row:
    """An entry's type, what it is called in each format, and when it is written.

    ``carries``: of a change of settings, what its event has of the entry's detail; the rest (names
    and addresses of people, scopes) is for those who may read the settings.
    """

    entry: str
    papyrus: str
    cloudevents: str
    about: str
    carries: tuple[str, ...] = ()


def _run(entry: str, papyrus: str, about: str, *, flow: str | None = None) -> Row:
    return Row(entry, papyrus, f"dev.wrkflw.{flow}" if flow else _ours(entry), about)


def _document(entry: str, about: str) -> Row:
    return Row(entry, entry, _ours(entry), about)


def _setting(entry: str, about: str, *carries: str) -> Row:
    return Row(entry, entry, _ours(entry), about, carries)


def _ours(entry: str) -> str:
    return f"dev.signoff.{entry}"


_RUNS = (
    _run("run.started", "workflow.started", "a run was started", flow="flow.started"),
    _run("run.resumed", "workflow.resumed", "its execution was lost or failed; another goes on"),
    _run("run.failed", "workflow.failed", "it cannot go on"),
    _run("run.retried", "workflow.retried", "an operator let a failed run go on"),
    _run("run.moved", "workflow.moved", "it was sent to another step"),
    _run("run.restarted", "workflow.restarted", "it was sent to its beginning"),
    _run("run.reversed", "workflow.reversed", "its rejection was taken back"),
    _run("run.resubmitted", "workflow.resubmitted", "its document was submitted anew"),
    _run("run.cancelled", "workflow.cancelled", "it was cancelled"),
    _run("run.completed", "workflow.completed", "it has come to its end", flow="flow.completed"),
    _run("step.entered", "workflow.node.entered", "it has come to a step"),
    _run("step.completed", "workflow.node.completed", "a step that nobody decides is over"),
    _run("step.resumed", "workflow.node.resumed", "a withdrawn step is open again"),
    _run("step.abandoned", "workflow.node.abandoned", "an open step was left"),
    _run("steps.passed", "workflow.nodes.passed", "steps that wait for nothing were passed"),
    _run(
        "step.unattended",
        "workflow.node.unattended",
        "nobody is there to ask; administrators are asked",
    ),
    _run("approvers.absent", "workflow.node.approversAbsent", "some who were meant are not asked"),
    _run("task.opened", "workflow.task.assigned", "a task was opened", flow="task.created"),
    _run("task.claimed", "workflow.task.assigned", "one of a pool took it", flow="task.claimed"),
    _run("task.delegated", "workflow.task.assigned", "whoever had it gave it to somebody else"),
    _run("task.reassigned", "workflow.task.assigned", "it was given to somebody else or to a pool"),
    _run("task.released", "workflow.task.released", "back in its pool", flow="task.released"),
    _run("task.decided", "workflow.task.completed", "a task was decided", flow="decision.recorded"),
    _run("task.closed", "workflow.task.cancelled", "a task was taken back"),
    _run("task.warned", "workflow.task.warned", "its deadline is near"),
    _run("task.breached", "workflow.task.breached", "its deadline has passed"),
    _run("changes.requested", "workflow.task.changesRequested", "its approver wants changes"),
    _run("sla.acted", "workflow.sla.acted", "a deadline reminds or tells somebody"),
    _run("notification.sent", "workflow.notification.sent", "a notify step was reached"),
    _run("comment.added", "workflow.commented", "somebody commented on the run"),
)

_DOCUMENTS = (
    _document("document.announced", "an upload by link may come"),
    _document("document.uploaded", "a document is there"),
    _document("document.updated", "it has a new version"),
    _document("document.rejected", "what was uploaded was not taken"),
    _document("document.deleted", "it was deleted"),
)

_HOOK = ("webhookId",)
_SETTINGS = (
    _setting(settings.USER_CREATED, "a person came into the directory", "userId"),
    _setting(settings.USER_CHANGED, "a person was changed", "userId"),
    _setting(settings.USER_REMOVED, "a person was removed", "userId"),
    _setting(settings.USER_ABSENCE, "somebody's absence was set or ended", "userId"),
    _setting(settings.DEPARTMENT_CREATED, "a department was made", "departmentId"),
    _setting(settings.DEPARTMENT_CHANGED, "a department was changed", "departmentId"),
    _setting(settings.DEPARTMENT_REMOVED, "a department was removed", "departmentId"),
    _setting(settings.DEFINITION_PUBLISHED, "a definition has a new version", "key", "version"),
    _setting(settings.KEY_CREATED, "an API key was made", "keyId"),
    _setting(settings.KEY_CHANGED, "an API key was changed", "keyId"),
    _setting(settings.KEY_ROTATED, "an API key has a new secret", "keyId"),
    _setting(settings.KEY_REVOKED, "an API key was revoked", "keyId"),
    _setting(settings.TENANT_CREATED, "the tenant was made"),
    _setting(settings.SETTINGS_CHANGED, "other settings were changed", "settings"),
    _setting(settings.WEBHOOK_CREATED, "a subscription was made", *_HOOK),
    _setting(settings.WEBHOOK_CHANGED, "a subscription was changed", *_HOOK),
    _setting(settings.WEBHOOK_ROTATED, "a subscription has a new secret", *_HOOK),
    _setting(settings.WEBHOOK_REMOVED, "a subscription was deleted", *_HOOK),
    _setting(settings.WEBHOOK_TESTED, "a test event, for one subscription", *_HOOK),
    _setting(settings.WEBHOOK_REPLAYED, "deliveries were asked for again", *_HOOK, "deliveryId"),
    _setting(settings.WEBHOOK_FAILING, "five deliveries in a row have failed", *_HOOK),
    _setting(settings.WEBHOOK_RECOVERED, "it answers again", *_HOOK),
    _setting(settings.WEBHOOK_DISABLED, "nothing is sent to it any more", *_HOOK, "reason"),
    _setting(
        settings.WEBHOOK_DELIVERY_FAILED,
        "a delivery was given up",
        *_HOOK,
        "deliveryId",
        "eventId",
        "eventType",
    ),
    _setting(settings.ADDRESS_SUPPRESSED, "no mail is sent to an address any more", "addressId"),
    _setting(settings.ADDRESS_RELEASED, "mail is sent to it again", "addressId"),
)

ROWS = (*_RUNS, *_DOCUMENTS, *_SETTINGS)
CATALOG = {row.entry: row for row in ROWS}

# Types of the contract that nothing here makes (fact sheet, section 7): a subscription may name
# them, so that one written for the product is taken as it is.
NEVER_SENT = frozenset(
    {
        "document.classified",
        "document.extracted",
        "document.shared.external",
        "signature.requested",
        "signature.signed",
        "signature.completed",
    }
)

# What a subscription may name, in whichever format it is sent.
KNOWN_TYPES = NEVER_SENT.union(*({row.papyrus, row.cloudevents} for row in ROWS))


def papyrus_type(entry: str) -> str:
    """The type of an entry in the Approvals API's format.

    An entry that has no row (written by a newer version than this one) keeps its own name.
    """
    return CATALOG[entry].papyrus if entry in CATALOG else entry


def carried(entry: str) -> tuple[str, ...]:
    """What an event has of the detail of a change of settings."""
    return CATALOG[entry].carries if entry in CATALOG else ()
