"""What the Approvals API's operations cost in calls to AWS; counted, not timed (see aws_calls)."""

from __future__ import annotations

import io
import json
import logging
from contextlib import redirect_stdout
from functools import partial

import pytest

from bench.bench import Bench
from bench.figure import Value, at_most, exactly
from bench.figures.aws_calls import counted
from bench.in_process import upload
from bench.journey import APPROVAL, DEFINITION, KEY
from signoff.entrypoints import observability
from tests.support.gateway import Answer, Client
from tests.support.stack import Stack, running_stack
from tests.support.tokens import open_pool, put_user

TITLE = "Calls to AWS per operation of the Approvals API, in a warm container"
MEASURED_ON = "this process: the real handlers over moto, every botocore call counted"

BASE = "/api/v1/workflows"


def measure(_bench: Bench) -> list[Value]:
    """Each operation of J1 once it is warm; then the lists."""
    observability.logger.setLevel(logging.CRITICAL)
    with (
        pytest.MonkeyPatch.context() as monkeypatch,
        redirect_stdout(io.StringIO()),
        running_stack() as stack,
    ):
        pool = open_pool(monkeypatch)
        person = Client(pool.token(put_user(stack.tenant, "ann", roles=("approver",))))
        stack.publish(json.dumps(DEFINITION))
        document = upload(stack.client("starter"))
        begin = partial(start, stack, document)
        begin()
        begun = counted(stack, 201, begin)
        instance = f"{BASE}/instances/{begun.answer.body['data']['instanceId']}"
        service = stack.client()
        of_ann = f"{BASE}/tasks?status=Pending&assigneeId=ann"
        listed = counted(stack, 200, partial(service.get, of_ann))
        every = counted(stack, 200, partial(service.get, f"{BASE}/tasks?status=Pending"))
        person.get(f"{BASE}/tasks/me")
        mine = counted(stack, 200, partial(person.get, f"{BASE}/tasks/me"))
        action = {"action": "approve", "actorUserId": "ann", "comment": APPROVAL["comment"]}
        advanced = counted(stack, 200, partial(service.post, f"{instance}/advance", action))
        read = counted(stack, 200, partial(service.get, instance))
        return [
            at_most("start", len(begun.calls), 6, "calls", **begun.more),
            exactly("tasks of a person, pending", len(listed.calls), 1, "calls", **listed.more),
            at_most("tasks of all, pending", len(every.calls), 5, "calls", **every.more),
            exactly("tasks/me without groups", len(mine.calls), 1, "calls", **mine.more),
            at_most("advance, to the end", len(advanced.calls), 8, "calls", **advanced.more),
            at_most("instance", len(read.calls), 3, "calls", **read.more),
        ]


def start(stack: Stack, document: str) -> Answer:
    """Start an instance whose task is ann's."""
    context = {"submittedBy": "starter", "assignee": "ann"}
    body = {"templateId": f"wt_{KEY}", "documentId": document, "context": context}
    return stack.client().post(f"{BASE}/start", body)
