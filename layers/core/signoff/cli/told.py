"""What happened to a run, in a sentence for people.

Events come in the Approvals API's words (docs/events.md). One of a type that is not known
here is told by its type; so is a known one that lacks what the sentence needs.
"""

from collections.abc import Callable, Iterable
from datetime import datetime
from typing import Any

from signoff.cli.output import printable

Data = dict[str, Any]

_SHOWN = 200  # characters of what somebody wrote
_NOBODYS = {"system:sla": "the deadline"}


def told(event: dict[str, Any]) -> str:
    """``event`` as a line: when it was, by this machine's clock, and what happened."""
    return f"{local_time(event['createdAt'])}  {printable(_sentence(event))}"


def local_time(moment: str) -> str:
    """A moment of the API's as this machine's clock has it: ``2026-11-21 16:42:06``."""
    return datetime.fromisoformat(moment).astimezone().strftime("%Y-%m-%d %H:%M:%S")


def _sentence(event: dict[str, Any]) -> str:
    known = _SENTENCES.get(event["type"])
    try:
        if known:
            return known(event["data"])
    except (KeyError, TypeError, ValueError, AttributeError):
        pass  # a long event comes without what is long in it
    return str(event["type"]).removeprefix("workflow.")


def _started(data: Data) -> str:
    about = f" on {data['documentId']}" if data["documentId"] else ""
    version = data["templateVersion"]
    template = data["templateId"].removeprefix("wt_")
    return f"{data['submittedBy']} started {template} version {version}{about}"


def _assigned(data: Data) -> str:
    node, change = data["nodeId"], data["change"]
    if change == "claimed":
        return f"{data['assigneeId']} took {node}"
    whom, due = _whom(data), _due(data)
    if change == "delegated":
        return f"{_who(data)} delegated {node} to {whom}{_why(data)}"
    if change == "reassigned":
        return f"{_who(data)} gave {node} to {whom}{due}{_why(data)}"
    return f"{node} asks {whom}{due}"


def _completed(data: Data) -> str:
    return f"{_who(data)} decided {data['nodeId']}: {data['outcome']}{_said(data)}"


def _changes(data: Data) -> str:
    return f"{_who(data)} wants changes before deciding {data['nodeId']}{_said(data)}"


def _cancelled_task(data: Data) -> str:
    return f"{data['nodeId']} asks no longer ({data['reason']})"


def _released(data: Data) -> str:
    return f"{data['formerAssigneeId']} put {data['nodeId']} back"


def _entered(data: Data) -> str:
    led = f" ({data['action']} in {data['from']})" if data.get("action") else ""
    return f"reached {data['nodeId']}{led}"


def _passed(data: Data) -> str:
    return f"passed {_list(_step(each['step']) for each in data['steps'])}"


def _unattended(data: Data) -> str:
    return f"nobody is there for {data['nodeId']} ({data['reason']}): administrators are asked"


def _absent(data: Data) -> str:
    names = _list(each["user"] for each in data["absent"])
    return f"{data['nodeId']} does not ask {names}"


def _sla(data: Data) -> str:
    what = f"deadline of {data['nodeId']}: {data['action']}"
    people = data.get("to") or {}
    names = [*people.get("users", ()), *people.get("groups", ())]
    return f"{what} {_list(names)}".rstrip() + _quoted(data.get("message"))


def _notified(data: Data) -> str:
    return f"{data['nodeId']} sends {data.get('event') or 'a notification'}"


def _called(data: Data) -> str:
    return f"{data['nodeId']} called {data.get('host') or data['kind']}"


def _not_taken(data: Data) -> str:
    return f"{data['nodeId']} could not call others: {data['problem']}"


def _redirected(verb: str) -> Callable[[Data], str]:
    def sentence(data: Data) -> str:
        return f"{_who(data)} {verb} it, to {data['to']}{_why(data)}"

    return sentence


def _failed(data: Data) -> str:
    where = f" at {data['nodeId']}" if data.get("nodeId") else ""
    return f"failed{where}: {data.get('cause') or data.get('error') or 'no reason was given'}"


def _ended(data: Data) -> str:
    return f"completed: {data['outcome']}" if data["outcome"] else "completed"


def _done(data: Data) -> str:
    child = f", the run {data['childInstanceId']}" if data.get("childInstanceId") else ""
    return f"{data['nodeId']} is done{child}"


def _cancelled(data: Data) -> str:
    return f"cancelled by {_who(data)}{_why(data)}"


def _resubmitted(data: Data) -> str:
    return f"{_who(data)} submitted it anew as {data['newInstanceId']}{_said(data)}"


def _step(path: str) -> str:
    """The step's id in its path: ``Approve`` for ``@2/Both#1/Approve#1``."""
    return path.rpartition("/")[2].partition("#")[0]


def _who(data: Data) -> str:
    who = str(data.get("actorUserId") or "the engine")
    return _NOBODYS.get(who) or who.replace("key:", "key ", 1)


def _whom(data: Data) -> str:
    return str(data["assigneeId"] or _list(data["candidateGroups"]) or "nobody")


def _due(data: Data) -> str:
    due = data.get("slaDeadline")
    return f", due {local_time(due)}" if due else ""


def _said(data: Data) -> str:
    return _quoted(data.get("comment"))


def _why(data: Data) -> str:
    return _quoted(data.get("reason") or data.get("comment"))


def _quoted(text: object) -> str:
    if not text:
        return ""
    whole = str(text)
    return f": “{whole[:_SHOWN]}…”" if len(whole) > _SHOWN else f": “{whole}”"


def _list(names: Iterable[object]) -> str:
    return ", ".join(str(name) for name in names)


_SENTENCES: dict[str, Callable[[Data], str]] = {
    "workflow.started": _started,
    "workflow.resumed": lambda data: f"goes on with attempt {data['attempt']}",
    "workflow.retried": lambda data: f"{_who(data)} let it go on",
    "workflow.failed": _failed,
    "workflow.moved": _redirected("moved"),
    "workflow.restarted": _redirected("restarted"),
    "workflow.reversed": _redirected("reversed"),
    "workflow.resubmitted": _resubmitted,
    "workflow.cancelled": _cancelled,
    "workflow.completed": _ended,
    "workflow.node.entered": _entered,
    "workflow.node.completed": _done,
    "workflow.node.resumed": lambda data: f"{data['nodeId']} is open again",
    "workflow.node.abandoned": lambda data: f"left {data['nodeId']}",
    "workflow.node.unattended": _unattended,
    "workflow.node.approversAbsent": _absent,
    "workflow.nodes.passed": _passed,
    "workflow.task.assigned": _assigned,
    "workflow.task.completed": _completed,
    "workflow.task.changesRequested": _changes,
    "workflow.task.cancelled": _cancelled_task,
    "workflow.task.released": _released,
    "workflow.task.warned": lambda data: f"{data['nodeId']} is due soon{_due(data)}",
    "workflow.task.breached": lambda data: f"{data['nodeId']} is overdue{_due(data)}",
    "workflow.sla.acted": _sla,
    "workflow.notification.sent": _notified,
    "workflow.integration.called": _called,
    "workflow.integration.failed": _not_taken,
    "workflow.commented": lambda data: f"{_who(data)} commented{_said(data)}",
}
