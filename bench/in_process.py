"""J1 through the handlers in this process, and the event that the outbox worker gets for it."""

from __future__ import annotations

import os
import time
import uuid
from collections.abc import Callable
from typing import Any
from unittest.mock import patch

from bench.journey import APPROVAL, DEFINITION, KEY
from signoff.identity.keys import create_key
from signoff.identity.scopes import ALL_ADMIN
from signoff.storage.clients import client
from tests.support import gateway
from tests.support.gateway import Answer, Client, Context
from tests.support.stack import Stack
from tests.support.world import TENANT

CONTEXT = Context()
SECONDS = 10.0
FORM_TYPE = "multipart/form-data; boundary=edge"

Invoked = Callable[[str, Callable[..., Any]], Callable[..., Any]]


class Journey:
    """J1 for one assignee, as often as wanted. ``waits`` are the calls that settle."""

    waits = 2

    def __init__(self, stack: Stack, face: str) -> None:
        self._stack = stack
        self._face = face
        self._admin = Client(
            create_key(TENANT, "Admin", (ALL_ADMIN, "actors:assert"))[1], "starter"
        )
        self.run_id = ""
        answer = self._admin.post("/api/v1/admin/definitions", DEFINITION)
        if answer.status != 201:
            raise RuntimeError(f"the definition was refused: {answer.text}")
        self._document = upload(stack.client("starter")) if face == "approvals" else ""

    def go(self, invoked: Invoked | None = None) -> list[Answer]:
        """Start, find, approve, read; the four answers. Raises RuntimeError for another end."""
        real = gateway.find_route

        def metered(method: str, path: str) -> tuple[Any, dict[str, str]]:
            handler, parameters = real(method, path)
            return (invoked(_name_of(handler), handler) if invoked else handler), parameters

        with patch.object(gateway, "find_route", metered):
            answers = self._flow() if self._face == "flow" else self._approvals()
        self._await_end()
        return answers

    def _flow(self) -> list[Answer]:
        person = self._stack.client("ann")
        body = {
            "definition": KEY,
            "variables": {"assignee": "ann"},
            "documentRef": "contract-2026-118.pdf",
        }
        started = _good(self._admin.post("/api/v1/admin/runs", body))
        self.run_id = started.body["data"]["id"]
        listed = _good(person.get("/api/v1/worklists/mine"))
        (task,) = [each["taskId"] for each in listed.body if each["flowId"] == self.run_id]
        approved = _good(person.post(f"/api/v1/tasks/{task}/decision", APPROVAL))
        read = _good(person.get(f"/api/v1/flows/{self.run_id}"))
        return [started, listed, approved, read]

    def _approvals(self) -> list[Answer]:
        service = self._stack.client()
        body = {
            "templateId": f"wt_{KEY}",
            "documentId": self._document,
            "context": {"submittedBy": "starter", "urgency": "normal", "assignee": "ann"},
        }
        started = _good(service.post("/api/v1/workflows/start", body))
        instance = started.body["data"]["instanceId"]
        self.run_id = str(uuid.UUID(instance.removeprefix("wi_")))
        listed = _good(service.get("/api/v1/workflows/tasks?status=Pending&assigneeId=ann"))
        assert instance in {each["instanceId"] for each in listed.body["data"]}
        url = f"/api/v1/workflows/instances/{instance}"
        action = {"action": "approve", "actorUserId": "ann", "comment": APPROVAL["comment"]}
        advanced = _good(service.post(f"{url}/advance", action))
        read = _good(service.get(url))
        return [started, listed, advanced, read]

    def _await_end(self) -> None:
        deadline = time.monotonic() + SECONDS
        while self._stack.world.machines.running():
            if time.monotonic() > deadline:
                raise RuntimeError(f"the execution of {self.run_id} does not end")
            time.sleep(0.01)


def upload(client: Client) -> str:
    """Upload a document; answers its id."""
    content = form(b"An agreement of two parties.")
    headers = {"Content_Type": FORM_TYPE}
    answer = _good(client.post("/api/v1/documents", content, **headers))
    return str(answer.body["data"]["id"])


def form(content: bytes) -> bytes:
    """A form with one text file, as FORM_TYPE says."""
    head = (
        b"--edge\r\n"
        b'Content-Disposition: form-data; name="file"; filename="contract.txt"\r\n'
        b"Content-Type: text/plain\r\n\r\n"
    )
    return head + content + b"\r\n--edge--\r\n"


def make_bus() -> None:
    """The event bus that the outbox worker publishes to."""
    client("events").create_event_bus(Name=os.environ["EVENT_BUS"])


def stream_event(items: list[dict[str, Any]]) -> dict[str, Any]:
    """The stream's event for entries that were committed together."""
    return {
        "Records": [
            {
                "eventName": "INSERT",
                "dynamodb": {"NewImage": item, "SequenceNumber": str(number)},
            }
            for number, item in enumerate(items)
        ]
    }


def _good(answer: Answer) -> Answer:
    if answer.status not in (200, 201):
        raise RuntimeError(f"{answer.status}: {answer.text}")
    return answer


def _name_of(handler: Any) -> str:
    return handler.operation.name if hasattr(handler, "operation") else "notFound"
