"""What the tests of the Approvals API's page share: calls, and how an answer must look."""

from __future__ import annotations

import time
import uuid
from typing import Any

import jsonschema
import yaml

from signoff.clock import timestamp
from signoff.directory.user import User
from signoff.documents.model import Document
from signoff.storage.clients import client
from signoff.storage.store import state
from signoff.storage.values import marshal
from tests.support.gateway import Answer, Client
from tests.support.sam import ROOT
from tests.support.stack import Stack
from tests.support.waiting import PATIENCE

WORKFLOWS = "/api/v1/workflows"
DOCUMENT = yaml.safe_load(
    (ROOT / "contracts" / "approvals-api.openapi.yaml").read_text(encoding="utf-8")
)
UNKNOWN = f"wi_{'c0ffee' * 5}00"

# Two approvers in turn, directly; the second can ask for changes by an outcome of its own.
EXPENSE = """
key: expense
name: Expense
steps:
  - id: manager
    type: approval
    name: Manager
    config:
      mode: direct
      candidates: {users: [bob]}
      outcomes:
        APPROVE: {next: controlling}
        REJECT: {next: rejected}
  - id: controlling
    type: approval
    name: Controlling
    config:
      candidates: {groups: [controllers]}
      outcomes:
        APPROVED: {next: approved}
        ON_HOLD: {next: controlling}
        REJECTED: {next: rejected}
  - {id: approved, type: end, config: {outcome: APPROVED}}
  - {id: rejected, type: end, config: {outcome: REJECTED}}
"""


def user(name: str, *groups: str, active: bool = True, **more: Any) -> User:
    """Put somebody into the directory."""
    at = timestamp()
    made = User("acme", name, name.title(), None, at, at, groups=groups, active=active, **more)
    client("dynamodb").put_item(TableName=state().name, Item=marshal(made.to_item()))
    return made


def instance_of(flow_id: str) -> str:
    """The instance's id that a flow has."""
    return f"wi_{flow_id.replace('-', '')}"


def submitted(stack: Stack, definition: str = "expense", by: str = "alice") -> str:
    """The instance of a document submitted through the Flow API."""
    body = {"definitionKey": definition, "documentRef": "receipt-7"}
    answer = stack.client(by, "initiators").post("/api/v1/flows", body)
    assert answer.status == 201, answer
    return instance_of(answer.body["flowId"])


def advance(
    who: Client, instance: str, action: str, actor: str, comment: str | None = None, **more: Any
) -> Answer:
    """Act for ``actor``; ``more`` are other fields of the body."""
    body = {"action": action, "actorUserId": actor, **more}
    if comment is not None:
        body["comment"] = comment
    return who.post(f"{WORKFLOWS}/instances/{instance}/advance", body)


def advanced(who: Client, instance: str, action: str, actor: str, *given: Any, **more: Any) -> Any:
    """The instance after a person has acted."""
    return told(advance(who, instance, action, actor, *given, **more), 200, "InstanceDetail")


def instance(who: Client, instance_id: str) -> Any:
    """An instance, read."""
    return told(who.get(f"{WORKFLOWS}/instances/{instance_id}"), 200, "InstanceDetail")


def tasks(who: Client, **query: str) -> Any:
    """The list of tasks, once all of those in it can be seen: an index follows within a moment."""
    asked = "&".join(f"{name}={value}" for name, value in query.items())
    answer = who.get(f"{WORKFLOWS}/tasks?{asked}")
    assert answer.status == 200, answer
    assert set(answer.body) == {"success", "data", "meta"}
    return [fits(task, "WorkflowTask") for task in answer.body["data"]]


def until(found: Any, seconds: float = PATIENCE) -> Any:
    """What ``found`` answers as soon as that is something; bounded."""
    deadline = time.monotonic() + seconds
    while not (answer := found()):
        assert time.monotonic() < deadline
        time.sleep(0.02)
    return answer


def told(answer: Answer, status: int, schema: str) -> Any:
    """The data of an answer with that status, in the envelope and of that schema."""
    assert answer.status == status, answer
    assert answer.headers["content-type"] == "application/json"
    assert answer.body["success"] is True
    assert answer.body["meta"]["requestId"] == answer.headers["x-request-id"]
    return fits(answer.body["data"], schema)


def fits(data: Any, schema: str) -> Any:
    """``data``, if it fits a schema of the document and has its fields alone."""
    described = DOCUMENT["components"]["schemas"][schema]
    jsonschema.validate(
        data,
        {"$ref": f"#/components/schemas/{schema}", "components": DOCUMENT["components"]},
        format_checker=jsonschema.FormatChecker(),
    )
    assert set(data) == set(described["properties"])
    return data


def refused(answer: Answer, status: int, code: str, field: str | None = None) -> str:
    """The message of a refusal in the contract's one shape."""
    assert answer.status == status, answer
    assert set(answer.body) == {"success", "errors", "meta"}
    assert answer.body["success"] is False
    (error,) = answer.body["errors"]
    assert (error["code"], error["field"], error["severity"]) == (code, field, "error"), error
    return str(error["message"])


def kinds(detail: Any) -> list[str]:
    """The types of an instance's history."""
    return [entry["type"].removeprefix("workflow.") for entry in detail["history"]]


def a_document(**fields: Any) -> str:
    """Put a document into the tenant; answers its id."""
    at = timestamp()
    known = {"tenant": "acme", "title": "Invoice", "name": "invoice.pdf", "owner": "alice"}
    made = Document(
        **known | {"document_id": str(uuid.uuid4()), "created_at": at, "updated_at": at} | fields
    )
    client("dynamodb").put_item(TableName=state().name, Item=marshal(made.to_item()))
    return made.document_id


def start(who: Client, template: str, document: str | None = None, **context: Any) -> Answer:
    """Start a workflow on a document, a new one unless told."""
    body = {"templateId": template, "documentId": document or a_document()}
    return who.post(f"{WORKFLOWS}/start", body | ({"context": context} if context else {}))


def started(who: Client, template: str, document: str | None = None, **context: Any) -> Any:
    """The instance that was started."""
    return told(start(who, template, document, **context), 201, "Instance")
