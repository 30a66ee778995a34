"""Integration steps against a real server: called once per visit where it can be, under one key."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from threading import Thread
from typing import Any

import pytest
from botocore.exceptions import EndpointConnectionError, ReadTimeoutError

from signoff.history.replay import rebuild
from signoff.notifications.suppressions import suppress
from signoff.runs.cancel import cancel_run
from signoff.runs.read import read_run
from signoff.runs.retry import retry_run
from tests.support.gateway import Context
from tests.support.post import SENDER, Post, post_office, subject_of, text_of
from tests.support.receiver import OK, Receiver, receiver, says, take
from tests.support.world import Killed, World, world
from tests.unit.engine.acting import begin, decide, start, task_of

ARN = "arn:step:call_integration"
# More than the step makes; a place beyond the last call kills nothing and ends the search.
MOST_CALLS = 20


@pytest.fixture
def here(monkeypatch: pytest.MonkeyPatch) -> Iterator[World]:
    """A Signoff of its own, on a local stack, which may call this machine."""
    monkeypatch.setenv("ALLOW_LOCAL_WEBHOOKS", "true")
    with world(monkeypatch) as made:
        yield made


def definition(config: str, *, more: str = "", end: str = "{outcome: DONE}") -> str:
    """A run that calls somebody, and then asks bob."""
    return f"""
key: outward
name: Outward
parameters: {{type: object, properties: {{url: {{}}, amount: {{type: number}}}}}}
steps:
  - id: call
    type: integration
{more}
    config: {config}
  - id: ask
    type: approval
    config: {{mode: direct, candidates: {{users: [bob]}}, outcomes: {{ok: {{next: done}}}}}}
  - {{id: done, type: end, config: {end}}}
  - {{id: failed, type: end, config: {{outcome: FAILED, result: "{{% error.cause %}}"}}}}
"""


CALL = (
    '{kind: webhook, url: "{{url}}", headers: {X-Run: "{{runId}}"}, body: {amount: "{{amount}}"}}'
)
ON_ERROR = "    onError: failed"


def entries(here: World, run_id: str, type_: str) -> list[dict[str, Any]]:
    """The details of a run's entries of one type."""
    return [entry.detail for entry in here.history(run_id) if entry.type == type_]


def is_told_rightly(here: World, run_id: str) -> bool:
    """Whether history tells where the run stands."""
    told = rebuild(here.history(run_id))
    run = read_run("acme", run_id)
    return not told.problems and told.current_state == run.current_state


def test_a_webhook_is_called_and_its_answer_is_the_result(here: World) -> None:
    answer = b'HTTP/1.1 201 Created\r\nContent-Type: application/json\r\n\r\n{"number": [4.5]}'
    here.publish(definition(CALL, end='{outcome: DONE, result: "{% call %}"}'))
    with receiver(says(answer)) as other:
        view = start(here, "outward", url=f"{other.url}?secret=x", amount=4.5)
        run_id = view.run.run_id
        task = task_of(run_id, "ask")
    (got,) = other.got
    assert (got.method, got.target, json.loads(got.body)) == (
        "POST",
        "/hook?secret=x",
        {"amount": 4.5},
    )
    assert got.headers["x-run"] == run_id
    assert got.headers["content-type"] == "application/json; charset=utf-8"
    assert re.fullmatch(r"[0-9a-f-]{36}", got.headers["idempotency-key"])
    (said,) = entries(here, run_id, "integration.called")
    assert said.pop("milliseconds") >= 0
    assert said == {
        "step": "call",
        "path": "call#1",
        "kind": "webhook",
        "host": f"127.0.0.1:{other.port}",
        "statusCode": 201,
    }
    assert is_told_rightly(here, run_id)
    run = decide(here, "bob", task, "ok").run
    assert run.result == {"status": 201, "body": {"number": [4.5]}}
    assert "secret" not in str([entry.to_item() for entry in here.history(run_id)][1:])


def test_slack_gets_its_message_without_anybodys_markup(here: World) -> None:
    config = (
        '{kind: slack, webhookUrl: "{{url}}", channel: "#books", message: "{{initiator}} & Co"}'
    )
    here.publish(definition(config))
    with receiver() as other:
        run_id = start(here, "outward", "<!channel>", url=other.url).run.run_id
        task_of(run_id, "ask")
    assert json.loads(other.got[0].body) == {
        "text": "&lt;!channel&gt; &amp; Co",
        "channel": "#books",
    }


def test_a_call_that_is_not_taken_leads_where_the_definition_says(here: World) -> None:
    here.publish(definition(CALL, more=ON_ERROR))
    with receiver(says(b"HTTP/1.1 503 Busy\r\n\r\n")) as other:
        run_id = begin(here, "outward", url=other.url)
        here.until(run_id, "COMPLETED")
    run = read_run("acme", run_id)
    assert run.outcome == "FAILED"
    assert run.result == f"call: 127.0.0.1:{other.port} answered 503"
    (failed,) = entries(here, run_id, "integration.failed")
    assert (failed["statusCode"], failed["problem"]) == (
        503,
        f"127.0.0.1:{other.port} answered 503",
    )
    assert here.types(run_id).count("step.abandoned") == 1
    assert "integration.called" not in here.types(run_id)
    assert is_told_rightly(here, run_id)


def test_the_definitions_retry_calls_again_under_the_same_key(here: World) -> None:
    def third_time(peer: Any, other: Receiver) -> None:
        take(peer, other)
        peer.sendall(OK if len(other.got) == 3 else b"HTTP/1.1 500 No\r\n\r\n")

    here.publish(definition(CALL, more="    retry: {attempts: 2, interval: PT1S}"))
    with receiver(third_time) as other:
        run_id = begin(here, "outward", url=other.url)
        task_of(run_id, "ask")
    assert len({got.headers["idempotency-key"] for got in other.got}) == 1
    assert len(other.got) == 3
    assert here.types(run_id).count("integration.failed") == 2
    assert here.types(run_id).count("integration.called") == 1
    assert is_told_rightly(here, run_id)


@pytest.mark.parametrize(
    ("url", "problem"),
    [
        ("http://169.254.169.254/latest/meta-data/", "not on the public internet"),
        ("https://10.0.0.1/", "not on the public internet"),
        ("https://2130706433/", "four decimal numbers"),
        ("file:///etc/passwd", "begins with https"),
        ("", "no space and only ASCII"),
        (17, "begins with https"),
        ({"a": 1}, "url is no text"),
        (None, "url is no text"),
    ],
)
def test_a_url_that_is_computed_is_judged_when_it_is_called(
    url: Any, problem: str, here: World
) -> None:
    here.publish(definition(CALL, more=ON_ERROR))
    run_id = begin(here, "outward", url=url)
    here.until(run_id, "COMPLETED")
    (failed,) = entries(here, run_id, "integration.failed")
    assert problem in failed["problem"]
    assert "host" not in failed


def test_a_header_that_is_computed_cannot_add_another(here: World) -> None:
    config = '{kind: webhook, url: "{{url}}", headers: {X-By: "{{initiator}}"}}'
    here.publish(definition(config, more=ON_ERROR))
    with receiver() as other:
        run_id = start(here, "outward", "a\r\nX-Admin: yes", url=other.url).run.run_id
        here.until(run_id, "COMPLETED")
        assert other.connections == 0
    (failed,) = entries(here, run_id, "integration.failed")
    assert "one line" in failed["problem"]


def test_a_failed_run_that_is_retried_calls_again(here: World) -> None:
    def second_time(peer: Any, other: Receiver) -> None:
        take(peer, other)
        peer.sendall(OK if len(other.got) == 2 else b"HTTP/1.1 500 No\r\n\r\n")

    here.publish(definition(CALL))
    with receiver(second_time) as other:
        run_id = begin(here, "outward", url=other.url)
        while read_run("acme", run_id).status == "RUNNING":
            here.reconcile_all()
        here.until(run_id, "FAILED")
        retry_run(here.caller("admin"), run_id)
        task_of(run_id, "ask")
    assert len({got.headers["idempotency-key"] for got in other.got}) == 1
    assert here.types(run_id).count("step.resumed") == 1
    assert is_told_rightly(here, run_id)


def test_a_step_that_dies_at_any_call_is_made_good(here: World) -> None:
    here.publish(definition(CALL))
    real = here.machines._functions[ARN]
    killed: list[bool] = []
    for place in [(call, after) for call in range(1, MOST_CALLS) for after in (False, True)]:
        killed.clear()

        def dying(payload: Any, context: Any, place: Any = place) -> Any:
            with here.faults.watching(place):
                try:
                    return real(payload, context)
                except Killed:
                    killed.append(True)
            return real(payload, context)

        here.machines._functions[ARN] = dying
        with receiver() as other:
            run_id = begin(here, "outward", url=other.url)
            task_of(run_id, "ask")
        assert 1 <= len(other.got) <= 2, f"killed at {place}"
        assert len({got.headers["idempotency-key"] for got in other.got}) == 1
        assert here.types(run_id).count("integration.called") == 1
        assert is_told_rightly(here, run_id)
        if not killed:
            return
    raise AssertionError("it makes more calls than that")


def test_a_visit_that_has_its_result_calls_nobody_again(here: World) -> None:
    payloads: list[Any] = []
    real = here.machines._functions[ARN]

    def kept(payload: Any, context: Any) -> Any:
        payloads.append(payload)
        return real(payload, context)

    here.machines._functions[ARN] = kept
    here.publish(definition(CALL))
    with receiver() as other:
        run_id = begin(here, "outward", url=other.url)
        task_of(run_id, "ask")
        again = real(payloads[0], Context())
        assert again == {"path": "call#1", "result": {"status": 200, "body": "ok"}}
        assert other.connections == 1


def test_a_run_that_is_cancelled_meanwhile_takes_no_answer(here: World) -> None:
    runs: list[str] = []

    def cancels(peer: Any, other: Receiver) -> None:
        run_id = take(peer, other).headers["x-run"]
        # The stop of its execution waits for the step, and the step for this answer.
        cancelling = Thread(target=cancel_run, args=(here.caller("admin"), run_id))
        cancelling.start()
        here.until(run_id, "CANCELLED")
        peer.sendall(OK)
        cancelling.join()

    here.publish(definition(CALL))
    with receiver(cancels) as other:
        runs.append(begin(here, "outward", url=other.url))
        here.until(runs[0], "CANCELLED")
    assert not {"integration.called", "integration.failed"} & set(here.types(runs[0]))
    assert not rebuild(here.history(runs[0])).problems


# ---- mail


@pytest.fixture
def post(here: World, monkeypatch: pytest.MonkeyPatch) -> Iterator[Post]:
    """SES, as the tests of notifications have it."""
    with post_office(monkeypatch) as made:
        yield made


MAIL = (
    '{kind: email, to: [books@example.com, "{{initiator}}@example.com", "{% url %}"], '
    'subject: "Paid\\n{{amount}}", message: "By {{initiator}}"}'
)


def test_a_mail_goes_to_each_address_once(here: World, post: Post) -> None:
    here.publish(definition(MAIL, end='{outcome: DONE, result: "{% call %}"}'))
    more = ["carl@example.com", "books@example.com"]
    run_id = start(here, "outward", url=more, amount=3).run.run_id
    task = task_of(run_id, "ask")
    (mail,) = post.sent
    assert mail["Destination"]["ToAddresses"] == [
        "books@example.com",
        "alice@example.com",
        "carl@example.com",
    ]
    assert (subject_of(mail), text_of(mail)) == ("Paid 3", "By alice")
    assert "Html" not in mail["Content"]["Simple"]["Body"]
    assert mail["FromEmailAddress"] == f"Signoff <{SENDER}>"
    assert mail["EmailTags"] == [{"Name": "tenant", "Value": "acme"}]
    (said,) = entries(here, run_id, "integration.called")
    assert said == {"step": "call", "path": "call#1", "kind": "email", "recipients": 3}
    run = decide(here, "bob", task, "ok").run
    assert run.result == {"messageId": "message-1", "recipients": 3, "suppressed": 0}


def test_suppressed_addresses_are_left_out(here: World, post: Post) -> None:
    suppress("acme", "Alice@example.com", "bounce", None)
    suppress("acme", "books@example.com", "complaint", None)
    here.publish(definition(MAIL, more=ON_ERROR))
    run_id = begin(here, "outward", url="carl@example.com")
    task_of(run_id, "ask")
    assert post.sent[0]["Destination"]["ToAddresses"] == ["carl@example.com"]
    run_id = begin(here, "outward", url=[])
    here.until(run_id, "COMPLETED")
    (failed,) = entries(here, run_id, "integration.failed")
    assert "any more" in failed["problem"]
    assert len(post.sent) == 1


@pytest.mark.parametrize(
    ("failure", "problem"),
    [
        ((400, "MessageRejected"), "does not take it"),
        ((500, "InternalFailure"), "did not say"),
        (EndpointConnectionError(endpoint_url="https://email.example"), "does not take it"),
        (ReadTimeoutError(endpoint_url="https://email.example"), "did not say"),
    ],
)
def test_what_the_mail_service_says_is_told(
    failure: Any, problem: str, here: World, post: Post
) -> None:
    post.failing.append(failure)
    here.publish(definition(MAIL, more=ON_ERROR))
    run_id = begin(here, "outward", url=[])
    here.until(run_id, "COMPLETED")
    (failed,) = entries(here, run_id, "integration.failed")
    assert problem in failed["problem"]
    assert failed["recipients"] == 2


def test_a_stack_without_a_sender_mails_nobody(
    here: World, post: Post, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MAIL_SENDER", "")
    here.publish(definition(MAIL, more=ON_ERROR))
    run_id = begin(here, "outward", url=[])
    here.until(run_id, "COMPLETED")
    assert "MailSender" in entries(here, run_id, "integration.failed")[0]["problem"]


@pytest.mark.parametrize(
    "more",
    ["nobody", "a@b.example\nBcc: c@d.example", [["x@y.example"]], [5], {"a": 1}, ["x"] * 60],
)
def test_what_is_no_address_is_not_mailed_to(more: Any, here: World, post: Post) -> None:
    here.publish(definition(MAIL, more=ON_ERROR))
    run_id = begin(here, "outward", url=more)
    here.until(run_id, "COMPLETED")
    (failed,) = entries(here, run_id, "integration.failed")
    assert "mail addresses" in failed["problem"]
    assert post.sent == []
