"""Calls a handler whose services are the test's own."""

from __future__ import annotations

import json
from typing import Any

import pytest

from signoff.entrypoints import reading
from signoff.identity.principal import Principal
from signoff.identity.scopes import INTEGRATION_SCOPES
from signoff.runs.model import Run
from signoff.runs.view import RunView
from signoff.tasks.model import Task
from tests.support.gateway import Context, event

RUN = "3c650bc5-1767-42b3-9ba3-cca43614d3ac"
TASK = "3c650bc5-1767-42b3-9ba3-0edf7ea2a000"


@pytest.fixture
def known(monkeypatch: pytest.MonkeyPatch) -> Principal:
    """Every request comes from this key."""
    principal = Principal("acme", INTEGRATION_SCOPES, "key-1", "ERP Integration")
    monkeypatch.setattr(reading, "authenticate", lambda *_: principal)
    return principal


class Recorder:
    """A service that notes what it is called with and answers what it is told to."""

    def __init__(self, answer: Any) -> None:
        self.answer = answer
        self.calls: list[tuple[tuple[Any, ...], dict[str, Any]]] = []

    def __call__(self, *given: Any, **named: Any) -> Any:
        self.calls.append((given, named))
        return self.answer

    @property
    def call(self) -> tuple[tuple[Any, ...], dict[str, Any]]:
        """The one call there was."""
        (only,) = self.calls
        return only


def send(
    handler: Any,
    *,
    body: Any = None,
    query: dict[str, str] | None = None,
    headers: dict[str, str] | None = None,
    **path: str,
) -> tuple[int, Any]:
    """Ask as bob of legal-reviewers; answers status and body."""
    operation = handler.operation
    sent = event(
        operation.method,
        operation.path,
        headers={"X-Actor-Id": "bob", "X-Actor-Groups": "legal-reviewers", **(headers or {})},
        query=query,
        body=None if body is None else json.dumps(body),
        path_parameters=path,
    )
    answer = handler(sent, Context())
    return answer["statusCode"], json.loads(answer["body"])


def run() -> Run:
    """A run that has just begun."""
    return Run(
        tenant="acme",
        run_id=RUN,
        definition_id="d",
        definition_key="document-approval",
        definition_version=1,
        machine_arn="arn:machine:1",
        initiator="alice",
        started_at="2026-11-21T15:42:05.901Z",
        updated_at="2026-11-21T15:42:06.000Z",
        current_state="Submitted",
        document_ref="x.pdf",
    )


def task(**changes: Any) -> Task:
    """Its first task, waiting for the reviewers."""
    made = Task(
        tenant="acme",
        run_id=RUN,
        code="0edf7ea2a",
        ordinal=0,
        step_id="Submitted",
        step_name="First review",
        opened_at="2026-11-21T15:42:06.000Z",
        status="PENDING",
        groups=("legal-reviewers",),
    )
    for name, value in changes.items():
        setattr(made, name, value)
    return made


def view() -> RunView:
    """Both together."""
    return RunView(run(), [task()])


SHOWN_TASK = {
    "taskId": TASK,
    "flowId": RUN,
    "stateName": "Submitted",
    "candidateGroupId": "legal-reviewers",
    "status": "PENDING",
    "ownerId": None,
}
SHOWN_FLOW = {
    "flowId": RUN,
    "definitionKey": "document-approval",
    "currentState": "Submitted",
    "status": "RUNNING",
    "terminalOutcome": None,
    "pendingTasks": [SHOWN_TASK],
}
