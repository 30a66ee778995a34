"""What ``signoff runs watch`` says of each event."""

import time
from collections.abc import Iterator
from typing import Any

import pytest

from signoff.cli.told import _SENTENCES, told
from signoff.contracts.events import papyrus
from signoff.contracts.events.catalog import ROWS
from tests.support.entries import RUN, entry_of_run

AT = "2026-11-21T15:42:06.901Z"
DUE = "2026-11-23T15:42:06.000Z"


@pytest.fixture(autouse=True)
def berlin(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A machine whose clock is an hour ahead."""
    monkeypatch.setenv("TZ", "CET-1")
    time.tzset()
    yield
    monkeypatch.undo()
    time.tzset()


def said(type_: str, actor: str | None = None, **detail: Any) -> str:
    """The sentence about an entry of history, without its time."""
    entry = entry_of_run(type_, detail, at=AT, actor=actor)
    line = told(papyrus.FORMAT.render(entry))
    assert line.startswith("2026-11-21 16:42:06  ")
    return line.partition("  ")[2]


TASK = {"taskId": "t", "step": "Review", "path": "Review#1"}


@pytest.mark.parametrize(
    ("sentence", "type_", "actor", "detail"),
    [
        (
            "alice started expense version 3 on doc-1",
            "run.started",
            "alice",
            {
                "definitionKey": "expense",
                "definitionVersion": 3,
                "documentRef": "doc-1",
                "initiator": "alice",
                "initialState": "Review",
                "variables": {},
            },
        ),
        (
            "Review asks bob, due 2026-11-23 16:42:06",
            "task.opened",
            None,
            {**TASK, "owner": "bob", "groups": [], "ordinal": 0, "dueAt": DUE},
        ),
        (
            "Review asks legal, finance",
            "task.opened",
            None,
            {**TASK, "owner": None, "groups": ["legal", "finance"], "ordinal": 0, "dueAt": None},
        ),
        ("bob took Review", "task.claimed", "bob", {**TASK, "owner": "bob"}),
        ("bob put Review back", "task.released", "bob", {**TASK, "owner": "bob"}),
        (
            "bob delegated Review to dora: “Away”",
            "task.delegated",
            "bob",
            {**TASK, "from": "bob", "to": "dora", "groups": [], "comment": "Away"},
        ),
        (
            "the deadline gave Review to controllers: “Overdue”",
            "task.reassigned",
            "system:sla",
            {
                **TASK,
                "from": "bob",
                "to": None,
                "groups": ["controllers"],
                "reason": "Overdue",
            },
        ),
        (
            "bob decided Review: APPROVE: “Fine”",
            "task.decided",
            "bob",
            {**TASK, "outcome": "APPROVE", "comment": "Fine", "data": None, "closes": True,
             "stepOutcome": "APPROVE", "dueAt": None},
        ),
        (
            "bob wants changes before deciding Review: “Sign it”",
            "changes.requested",
            "bob",
            {**TASK, "comment": "Sign it", "reworkTaskId": "u", "dueAt": None},
        ),
        ("Review asks no longer (cancelled)", "task.closed", None,
         {**TASK, "reason": "cancelled", "dueAt": None}),
        ("Review is due soon, due 2026-11-23 16:42:06", "task.warned", None,
         {**TASK, "dueAt": DUE}),
        ("Review is overdue, due 2026-11-23 16:42:06", "task.breached", None,
         {**TASK, "dueAt": DUE}),
        (
            "deadline of Review: notify erin, legal: “Soon”",
            "sla.acted",
            None,
            {**TASK, "action": "notify", "to": {"users": ["erin"], "groups": ["legal"]},
             "message": "Soon", "dueAt": DUE},
        ),
        ("reached Review", "step.entered", None,
         {"step": "Review", "path": "Review#1", "type": "approval", "order": 1, "from": None,
          "trigger": None}),
        ("reached Done (APPROVE in Review)", "step.entered", None,
         {"step": "Done", "path": "Done#1", "type": "end", "order": 2, "from": "Review",
          "trigger": "APPROVE"}),
        ("Both is done", "step.completed", None,
         {"step": "Both", "path": "Both#1", "type": "parallel"}),
        (f"Buy is done, the run wi_{RUN.replace('-', '')}", "step.completed", None,
         {"step": "Buy", "path": "Buy#1", "type": "workflow", "runId": RUN,
          "status": "COMPLETED"}),
        ("Review is open again", "step.resumed", None,
         {"step": "Review", "path": "Review#1", "type": "approval", "order": 1}),
        ("left Review", "step.abandoned", None, {"step": "Review", "path": "Review#1"}),
        ("passed Amount, Small", "steps.passed", None,
         {"steps": [{"step": "Amount#1"}, {"step": "@2/Both#1/Small#3"}]}),
        ("nobody is there for Review (all are away): administrators are asked",
         "step.unattended", None,
         {"step": "Review", "path": "Review#1", "reason": "all are away"}),
        ("Review does not ask bob, carl", "approvers.absent", None,
         {"step": "Review", "path": "Review#1",
          "absent": [{"user": "bob", "reason": "away"}, {"user": "carl", "reason": "away"}]}),
        ("Tell sends contract.signed", "notification.sent", None,
         {"step": "Tell", "path": "Tell#1", "event": "contract.signed", "to": None}),
        ("key 01K2 commented: “Called them”", "comment.added", "key:01K2",
         {"comment": "Called them"}),
        ("erp called erp.example.com", "integration.called", None,
         {"step": "erp", "path": "erp#1", "kind": "webhook", "host": "erp.example.com",
          "statusCode": 200, "milliseconds": 31}),
        ("post called email", "integration.called", None,
         {"step": "post", "path": "post#1", "kind": "email", "recipients": 2}),
        ("erp could not call others: erp.example.com answered 500", "integration.failed", None,
         {"step": "erp", "path": "erp#1", "kind": "webhook", "host": "erp.example.com",
          "statusCode": 500, "milliseconds": 31, "problem": "erp.example.com answered 500"}),
        ("goes on with attempt 2", "run.resumed", None,
         {"attempt": 2, "error": "States.Timeout", "cause": "x"}),
        ("op let it go on", "run.retried", "op", {"attempt": 3}),
        ("failed at Review: no such thing", "run.failed", None,
         {"step": "Review", "error": "StepFailed", "cause": "no such thing"}),
        ("op moved it, to Done: “Carl is ill”", "run.moved", "op",
         {"from": "Review", "to": "Done", "reason": "Carl is ill", "attempt": 2,
          "generation": 2}),
        ("op restarted it, to Review", "run.restarted", "op",
         {"from": "Done", "to": "Review", "reason": None, "attempt": 2, "generation": 2}),
        ("op reversed it, to Review: “By mistake”", "run.reversed", "op",
         {"from": "Done", "to": "Review", "reason": "By mistake", "attempt": 2,
          "generation": 2}),
        (f"alice submitted it anew as wi_{RUN.replace('-', '')}: “Mended”", "run.resubmitted",
         "alice", {"newRunId": RUN, "documentRef": None, "comment": "Mended"}),
        ("cancelled by alice: “Sent twice”", "run.cancelled", "alice", {"reason": "Sent twice"}),
        ("cancelled by the engine", "run.cancelled", None, {"reason": None}),
        ("completed: APPROVED", "run.completed", None,
         {"outcome": "APPROVED", "step": "Done", "result": None}),
        ("completed", "run.completed", None, {"outcome": None, "step": "Done", "result": 42}),
    ],
)  # fmt: skip
def test_the_sentence(sentence: str, type_: str, actor: str | None, detail: dict[str, Any]) -> None:
    assert said(type_, actor, **detail) == sentence


def test_every_event_of_a_run_has_a_sentence() -> None:
    runs = {row.papyrus for row in ROWS if row.papyrus.startswith("workflow.")}
    assert runs <= set(_SENTENCES)


@pytest.mark.parametrize(
    "event",
    [
        {"type": "workflow.danced", "data": {}},
        {"type": "workflow.task.completed", "data": {"truncated": True}},
        {"type": "workflow.nodes.passed", "data": {"steps": None}},
    ],
)
def test_what_cannot_be_worded_is_told_by_its_type(event: dict[str, Any]) -> None:
    line = told(event | {"createdAt": "2026-11-21T15:42:06Z"})
    assert line == f"2026-11-21 16:42:06  {event['type'].removeprefix('workflow.')}"


def test_what_somebody_wrote_stays_on_its_line() -> None:
    line = said("comment.added", "bob", comment="one\ntwo \x1b[31m red")
    assert line == "bob commented: “one\\ntwo \\x1b[31m red”"
    long = said("comment.added", "bob", comment="x" * 500)
    assert long == f"bob commented: “{'x' * 200}…”"
