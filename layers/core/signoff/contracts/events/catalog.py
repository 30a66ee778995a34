"""The one table of events: which entry of history is which event, in which format.

Every entry that is committed has a row. The table in docs/events.md, the JSON Schemas in
contracts/events and what a subscription may name come from here.
"""

from dataclasses import dataclass

from signoff.identity import settings


@dataclass(frozen=True)
class Row:
    """An entry's type, what it is called in each format, and when it is written.

    ``data`` are the names in the event's data in the Approvals API's format, beside what all of its
    kind have; those in ``optional`` are not always there. ``carries``: of a change of settings,
    what its event has of the entry's detail; the rest (names and addresses of people, scopes) is
    for those who may read the settings.
    """

    entry: str
    papyrus: str
    cloudevents: str
    about: str
    data: tuple[str, ...] = ()
    optional: frozenset[str] = frozenset()
    carries: tuple[str, ...] = ()


def _run(entry: str, papyrus: str, about: str, data: str, *, flow: str | None = None) -> Row:
    cloud = f"dev.wrkflw.{flow}" if flow else _ours(entry)
    return Row(entry, papyrus, cloud, about, *_names(data))


def _document(entry: str, about: str, data: str) -> Row:
    return Row(entry, entry, _ours(entry), about, *_names(data))


def _setting(entry: str, about: str, *carries: str, data: str | None = None) -> Row:
    names = _names(" ".join(f"{each}?" for each in carries) if data is None else data)
    return Row(entry, entry, _ours(entry), about, *names, carries)


def _names(data: str) -> tuple[tuple[str, ...], frozenset[str]]:
    """``"a b?"``: two names, of which the second is not always there."""
    names = [(name.rstrip("?"), name.endswith("?")) for name in data.split()]
    return tuple(name for name, _ in names), frozenset(name for name, maybe in names if maybe)


def _ours(entry: str) -> str:
    return f"dev.signoff.{entry}"


_HANDED = (
    "taskId nodeId assigneeId formerAssigneeId candidateGroups slaDeadline change reason "
    "formerAssigneeIds?"
)

_RUNS = (
    _run(
        "run.started",
        "workflow.started",
        "a run was started",
        "nodeId submittedBy templateVersion context documentVersion? documentSha256? urgency? "
        "previousInstanceId? parentInstanceId?",
        flow="flow.started",
    ),
    _run(
        "run.resumed",
        "workflow.resumed",
        "its execution was lost or failed; another goes on",
        "attempt error? cause?",
    ),
    _run("run.failed", "workflow.failed", "it cannot go on", "nodeId? error? cause?"),
    _run("run.retried", "workflow.retried", "an operator let a failed run go on", "attempt"),
    _run("run.moved", "workflow.moved", "it was sent to another step", "from to reason attempt"),
    _run(
        "run.restarted",
        "workflow.restarted",
        "it was sent to its beginning",
        "from to reason attempt",
    ),
    _run(
        "run.reversed",
        "workflow.reversed",
        "its rejection was taken back",
        "from to reason attempt",
    ),
    _run(
        "run.resubmitted",
        "workflow.resubmitted",
        "its document was submitted anew",
        "newInstanceId comment documentVersion? documentSha256?",
    ),
    _run("run.cancelled", "workflow.cancelled", "it was cancelled", "reason"),
    _run(
        "run.completed",
        "workflow.completed",
        "it has come to its end",
        "outcome nodeId result",
        flow="flow.completed",
    ),
    _run(
        "step.entered", "workflow.node.entered", "it has come to a step", "nodeId type from action"
    ),
    _run(
        "step.completed",
        "workflow.node.completed",
        "a step that nobody decides is over",
        "nodeId type childInstanceId? status?",
    ),
    _run("step.resumed", "workflow.node.resumed", "a withdrawn step is open again", "nodeId type"),
    _run("step.abandoned", "workflow.node.abandoned", "an open step was left", "nodeId"),
    _run(
        "steps.passed", "workflow.nodes.passed", "steps that wait for nothing were passed", "steps"
    ),
    _run(
        "step.unattended",
        "workflow.node.unattended",
        "nobody is there to ask; administrators are asked",
        "nodeId reason absent? more?",
    ),
    _run(
        "approvers.absent",
        "workflow.node.approversAbsent",
        "some who were meant are not asked",
        "nodeId absent more?",
    ),
    _run(
        "task.opened",
        "workflow.task.assigned",
        "a task was opened",
        "taskId nodeId assigneeId candidateGroups slaDeadline change formerAssigneeIds? reworkOf?",
        flow="task.created",
    ),
    _run(
        "task.claimed",
        "workflow.task.assigned",
        "one of a pool took it",
        "taskId nodeId assigneeId candidateGroups slaDeadline change",
        flow="task.claimed",
    ),
    _run(
        "task.delegated",
        "workflow.task.assigned",
        "whoever had it gave it to somebody else",
        _HANDED,
    ),
    _run(
        "task.reassigned",
        "workflow.task.assigned",
        "it was given to somebody else or to a pool",
        _HANDED,
    ),
    _run(
        "task.released",
        "workflow.task.released",
        "back in its pool",
        "taskId nodeId assigneeId formerAssigneeId candidateGroups slaDeadline",
        flow="task.released",
    ),
    _run(
        "task.decided",
        "workflow.task.completed",
        "a task was decided",
        "taskId nodeId outcome action comment data stepOutcome slaDeadline?",
        flow="decision.recorded",
    ),
    _run(
        "task.closed",
        "workflow.task.cancelled",
        "a task was taken back",
        "taskId nodeId reason slaDeadline",
    ),
    _run(
        "task.warned", "workflow.task.warned", "its deadline is near", "taskId nodeId slaDeadline"
    ),
    _run(
        "task.breached",
        "workflow.task.breached",
        "its deadline has passed",
        "taskId nodeId slaDeadline",
    ),
    _run(
        "changes.requested",
        "workflow.task.changesRequested",
        "its approver wants changes",
        "taskId nodeId comment reworkTaskId slaDeadline",
    ),
    _run(
        "sla.acted",
        "workflow.sla.acted",
        "a deadline reminds or tells somebody",
        "taskId nodeId action to message slaDeadline",
    ),
    _run(
        "notification.sent",
        "workflow.notification.sent",
        "a notify step was reached",
        "nodeId event? to? subject? message? data?",
    ),
    _run(
        "integration.called",
        "workflow.integration.called",
        "others were called, and took it",
        "nodeId kind host? statusCode? milliseconds? recipients?",
    ),
    _run(
        "integration.failed",
        "workflow.integration.failed",
        "a call to others was not taken",
        "nodeId kind host? statusCode? milliseconds? recipients? problem",
    ),
    _run("comment.added", "workflow.commented", "somebody commented on the run", "comment"),
)

_DOCUMENTS = (
    _document(
        "document.announced", "an upload by link may come", "documentId version title name size"
    ),
    _document(
        "document.uploaded",
        "a document is there",
        "documentId version title name sha256 size type tags owner comment?",
    ),
    _document(
        "document.updated",
        "it has a new version",
        "documentId version title name sha256 size type tags owner formerVersion comment?",
    ),
    _document(
        "document.rejected",
        "what was uploaded was not taken",
        "documentId version title name reason duplicateOf?",
    ),
    _document("document.deleted", "it was deleted", "documentId version title sha256"),
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
    _setting(
        settings.DEFINITION_PUBLISHED,
        "a definition has a new version",
        "key",
        "version",
        data="templateId templateVersion",
    ),
    _setting(settings.KEY_CREATED, "an API key was made", "keyId"),
    _setting(settings.KEY_CHANGED, "an API key was changed", "keyId"),
    _setting(settings.KEY_ROTATED, "an API key has a new secret", "keyId"),
    _setting(settings.KEY_REVOKED, "an API key was revoked", "keyId"),
    _setting(settings.TENANT_CREATED, "the tenant was made"),
    _setting(settings.SETTINGS_CHANGED, "other settings were changed", "settings"),
    _setting(settings.WEBHOOK_CREATED, "a subscription was made", *_HOOK),
    _setting(settings.WEBHOOK_CHANGED, "a subscription was changed", *_HOOK),
    _setting(settings.WEBHOOK_ROTATED, "a subscription has a new secret", *_HOOK, "previousUntil"),
    _setting(settings.WEBHOOK_REMOVED, "a subscription was deleted", *_HOOK),
    _setting(settings.WEBHOOK_TESTED, "a test event, for one subscription", *_HOOK),
    _setting(
        settings.WEBHOOK_REPLAYED,
        "deliveries were asked for again",
        *_HOOK,
        "deliveryId",
        "since",
        "count",
    ),
    _setting(
        settings.WEBHOOK_FAILING,
        "five deliveries in a row have failed",
        *_HOOK,
        "failures",
        "deliveryId",
    ),
    _setting(settings.WEBHOOK_RECOVERED, "it answers again", *_HOOK, "failingSince"),
    _setting(
        settings.WEBHOOK_DISABLED,
        "nothing is sent to it any more",
        *_HOOK,
        "reason",
        "createdBy",
    ),
    _setting(
        settings.WEBHOOK_DELIVERY_FAILED,
        "a delivery was given up",
        *_HOOK,
        "deliveryId",
        "eventId",
        "eventType",
        "attempts",
        "status",
        "error",
    ),
    _setting(
        settings.ADDRESS_SUPPRESSED,
        "no mail is sent to an address any more",
        "addressId",
        "cause",
    ),
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
