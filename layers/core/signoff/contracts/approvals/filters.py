"""What lists of tasks can be narrowed by, and what that means to the engine."""

from collections.abc import Mapping
from typing import cast

from signoff.contracts.approvals.ids import run_of
from signoff.definitions.names import definition_named
from signoff.definitions.store import find_definition
from signoff.entrypoints.filters import Filter, Moment, Text
from signoff.errors import NotFound
from signoff.tasks.due import SlaStatus
from signoff.tasks.lists import Wanted
from signoff.tasks.model import TaskState

_STATES: dict[str, TaskState] = {
    "Pending": "OPEN",
    "Completed": "COMPLETED",
    "Cancelled": "CANCELLED",
}

OWN_TASKS: dict[str, Filter] = {
    "templateId": Text(),
    "slaStatus": ("ok", "warning", "breached"),
    "dueBefore": Moment(),
}
ALL_TASKS: dict[str, Filter] = {
    "status": tuple(_STATES),
    "assigneeId": Text(),
    "group": Text(),
    "instanceId": Text(),
    **OWN_TASKS,
}


def tasks_wanted(tenant: str, filters: Mapping[str, str]) -> Wanted:
    """What ``filters`` (those that were sent) ask for.

    Raises Malformed for an instanceId that is none, NotFound for a template that is not there.
    """
    template, instance = filters.get("templateId"), filters.get("instanceId")
    status, sla = filters.get("status"), filters.get("slaStatus")
    return Wanted(
        run_id=None if instance is None else run_of(instance),
        state=None if status is None else _STATES[status],
        owner=filters.get("assigneeId"),
        group=filters.get("group"),
        definition_key=None if template is None else _key_of(tenant, template),
        sla=cast(SlaStatus | None, sla),  # one of its words: the filter takes no other
        due_before=filters.get("dueBefore"),
    )


def _key_of(tenant: str, template: str) -> str:
    head = find_definition(tenant, definition_named(template))
    if head is None:
        raise NotFound("Workflow template not found", field="templateId")
    return head.key
