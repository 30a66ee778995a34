"""Webhooks of the benchmark's stack: where to make them, and where to commit what they are sent."""

from __future__ import annotations

from typing import Any

from bench.client import Client, Person, Unexpected
from signoff_local import home
from signoff_local.clients import client as aws
from tests.support.many_events import Place

_ADMIN = Person("bench", key="admin")


def place(stack: Client) -> Place:
    """The stack's own tenant."""

    def admin(method: str, path: str, body: Any) -> Any:
        answer = stack.call(_ADMIN, method, f"/admin/webhooks{path}", body)
        if answer.status >= 300:
            raise Unexpected(f"{method} {path}: {answer.status}: {answer.body}")
        return answer.body["data"] if answer.body else None

    found = aws("cloudformation", stack.port).describe_stack_resource(
        StackName=home.STACK, LogicalResourceId="HistoryTable"
    )
    table = found["StackResourceDetail"]["PhysicalResourceId"]
    return Place(admin, aws("dynamodb", stack.port), table, stack.settings["tenant"])
