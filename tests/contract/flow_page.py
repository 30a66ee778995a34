"""What the tests of the Flow API's page share: people, calls, and how an answer must look."""

from __future__ import annotations

import json
import re
import time
from typing import Any

import jsonschema
import yaml

from signoff.storage.clients import client
from tests.support.gateway import Answer, Client
from tests.support.sam import ROOT
from tests.support.stack import Stack
from tests.support.waiting import PATIENCE

DOCUMENT = yaml.safe_load(
    (ROOT / "contracts" / "flow-api.openapi.yaml").read_text(encoding="utf-8")
)
UUID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}")
UNKNOWN_ID = "c0ffee00-0000-4000-8000-00000000000f"
SUBMISSION = {"definitionKey": "document-approval", "documentRef": "contract-118.pdf"}


def alice(stack: Stack) -> Client:
    """A submitter."""
    return stack.client("alice", "initiators")


def bob(stack: Stack) -> Client:
    """A reviewer."""
    return stack.client("bob", "legal-reviewers")


def carol(stack: Stack) -> Client:
    """Both."""
    return stack.client("carol", "initiators,legal-reviewers")


def submit(who: Client, definition: str = "document-approval", document: str = "x") -> Any:
    """Submit a document; answers the flow."""
    answer = who.post("/api/v1/flows", {"definitionKey": definition, "documentRef": document})
    return told(answer, 201, "FlowStatus")


def claim(who: Client, task: str) -> Answer:
    """Claim a task."""
    return who.post(f"/api/v1/tasks/{task}/claim")


def release(who: Client, task: str) -> Answer:
    """Release a task."""
    return who.post(f"/api/v1/tasks/{task}/release")


def decide(who: Client, task: str, outcome: str, **more: Any) -> Answer:
    """Decide a task."""
    return who.post(f"/api/v1/tasks/{task}/decision", {"outcome": outcome, **more})


def claim_and_decide(who: Client, task: str, outcome: str, **more: Any) -> Any:
    """Claim a task and decide it; answers the flow."""
    told(claim(who, task), 200, "TaskSummary")
    return told(decide(who, task, outcome, **more), 200, "FlowStatus")


def flow_of(who: Client, flow_id: str) -> Any:
    """A flow with its history."""
    return told(who.get(f"/api/v1/flows/{flow_id}"), 200, "FlowStatusWithHistory")


def until_pending(who: Client, flow_id: str, count: int, seconds: float = PATIENCE) -> Any:
    """The flow as soon as it has so many open tasks; bounded."""
    deadline = time.monotonic() + seconds
    while len((flow := flow_of(who, flow_id))["pendingTasks"]) != count:
        assert time.monotonic() < deadline, flow
        time.sleep(0.02)
    return flow


def group_tasks(who: Client) -> Any:
    """The group worklist."""
    return [fits(task, "TaskSummary") for task in listed(who.get("/api/v1/worklists/group"))]


def my_tasks(who: Client) -> Any:
    """The caller's own tasks."""
    return [fits(task, "TaskSummary") for task in listed(who.get("/api/v1/worklists/mine"))]


def listed(answer: Answer) -> list[Any]:
    """The items of a list, which is a bare array."""
    assert answer.status == 200, answer
    assert isinstance(answer.body, list)
    return answer.body


def told(answer: Answer, status: int, schema: str) -> Any:
    """The body of an answer with that status and of that schema, with no field beside it."""
    assert answer.status == status, answer
    assert answer.headers["content-type"] == "application/json"
    return fits(answer.body, schema)


def fits(body: Any, schema: str) -> Any:
    """``body``, if it fits a schema of the document and has its fields alone."""
    described = DOCUMENT["components"]["schemas"][schema]
    jsonschema.validate(
        body,
        {"$ref": f"#/components/schemas/{schema}", "components": DOCUMENT["components"]},
        format_checker=jsonschema.FormatChecker(),
    )
    assert set(body) == set(described["properties"])
    return body


def refused(answer: Answer, status: int, message: str | None = None) -> None:
    """The answer is a refusal in the contract's one shape."""
    assert answer.status == status, answer
    assert set(answer.body) == {"error"}
    assert isinstance(answer.body["error"], str)
    if message is not None:
        assert answer.body["error"] == message


def everything() -> Any:
    """Every item of both tables, in an order that two moments share.

    But for the notes of when keys were last used: they say that somebody called, not what came
    of it.
    """
    return [
        sorted(
            json.dumps(item, sort_keys=True)
            for item in client("dynamodb").scan(**named)["Items"]
            if not item["PK"]["S"].startswith("KEYUSED#")
        )
        for named in ({"TableName": "state"}, {"TableName": "history"})
    ]
