"""Integration steps on a stack that is up; a local one calls this machine."""

from __future__ import annotations

import json
import uuid
from typing import Any
from urllib.request import urlopen

import pytest

from tests.support.deployed import Deployed
from tests.support.http import SECONDS
from tests.support.receiver import OK, Receiver, drips, hangs, receiver, says, take
from tests.support.tenants import Operator
from tests.support.waiting import at_once

CALLS = """
key: calls
name: Calls
parameters: {type: object, properties: {url: {type: string}, amount: {type: number}}}
steps:
  - id: Call
    type: integration
    output: answer
    retry: {attempts: 1, interval: PT1S}
    onError: Failed
    config:
      kind: webhook
      url: "{{url}}"
      headers: {X-Run: "{{runId}}"}
      body: {amount: "{{amount}}", by: "{{initiator}}", "key.$": "{% amount * 2 %}", text: "5 💶"}
  - {id: Done, type: end, config: {outcome: DONE, result: "{% answer %}"}}
  - {id: Failed, type: end, config: {outcome: FAILED, result: "{% error %}"}}
"""

EACH = """
key: calls-each
name: Calls for each
parameters: {type: object, properties: {url: {type: string}, items: {type: array}}}
steps:
  - id: Each
    type: map
    output: answers
    config:
      items: "{% items %}"
      concurrency: 5
      steps:
        - id: Say
          type: integration
          output: said
          config: {kind: slack, webhookUrl: "{{url}}", message: "Item {{item}}"}
  - {id: Done, type: end, config: {outcome: DONE, result: "{% answers.said.status %}"}}
"""


@pytest.fixture
def local(stack_up: Deployed) -> None:
    """Only a local stack may, and can, call this machine."""
    if stack_up.endpoint_url is None:
        pytest.skip("a stack on AWS calls the public internet alone")


def entries(operator: Operator, run_id: str, *types: str) -> list[Any]:
    """The details of a run's entries of some types."""
    return [each["detail"] for each in operator.history(run_id) if each["type"] in types]


def test_a_webhook_is_called_and_its_answer_is_a_variable(operator: Operator, local: None) -> None:
    answer = b'HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n\r\n{"number": "A-1"}'
    operator.publish(CALLS)
    with receiver(says(answer)) as other:
        run = operator.start("calls", url=other.url, amount=2.5)
        run = operator.becomes(run["id"], "COMPLETED")
    assert (run["outcome"], run["result"]) == (
        "DONE",
        {"status": 200, "body": {"number": "A-1"}},
    )
    (got,) = other.got
    assert json.loads(got.body) == {
        "amount": 2.5,
        "by": run["initiator"],
        "key.$": 5,
        "text": "5 💶",
    }
    assert got.headers["x-run"] == run["id"]
    (said,) = entries(operator, run["id"], "integration.called")
    assert (said["kind"], said["statusCode"]) == ("webhook", 200)


def test_a_failure_is_tried_again_and_leads_to_the_error_path(
    operator: Operator, local: None
) -> None:
    operator.publish(CALLS)
    with receiver(
        says(b"HTTP/1.1 302 Found\r\nLocation: http://169.254.169.254/\r\n\r\n")
    ) as other:
        run = operator.start("calls", url=other.url, amount=1)
        run = operator.becomes(run["id"], "COMPLETED")
    assert run["outcome"] == "FAILED"
    assert (run["result"]["error"], run["result"]["step"]) == ("StepFailed", "Call")
    assert "answered 302" in run["result"]["cause"]
    assert len(other.got) == 2
    assert len({got.headers["idempotency-key"] for got in other.got}) == 1
    failed = entries(operator, run["id"], "integration.failed", "integration.called")
    assert [each["statusCode"] for each in failed] == [302, 302]


@pytest.mark.parametrize(
    "url",
    [
        "https://169.254.169.254/latest/meta-data/iam/security-credentials/",
        "https://[::ffff:169.254.169.254]/",
        "https://0xa9fea9fe/",
        "https://10.0.0.1:8443/",
        "https://metadata.google.internal/",
    ],
)
def test_nothing_inside_is_ever_called(operator: Operator, url: str) -> None:
    operator.publish(CALLS)
    run = operator.start("calls", url=url, amount=1)
    run = operator.becomes(run["id"], "COMPLETED")
    assert run["outcome"] == "FAILED"
    failed = entries(operator, run["id"], "integration.failed", "integration.called")
    assert len(failed) == 2
    assert all("statusCode" not in each for each in failed)


def test_whoever_hangs_or_drips_holds_up_their_own_run_alone(
    operator: Operator, local: None
) -> None:
    operator.publish(CALLS)

    def ended(url: str) -> Any:
        run = operator.start("calls", url=url, amount=1)
        return operator.becomes(run["id"], "COMPLETED")

    with (
        receiver(hangs()) as silent,
        receiver(drips(b"x", b"HTTP/1.1 200 OK\r\nContent-Length: 99999\r\n\r\n")) as slow,
        receiver() as quick,
    ):
        runs = at_once(*(lambda url=url: ended(url) for url in (silent.url, slow.url, quick.url)))
    assert [run["outcome"] for run in runs] == ["FAILED", "FAILED", "DONE"]
    for run in runs[:2]:
        assert "in time" in run["result"]["cause"]


def test_each_item_of_a_map_calls_under_a_key_of_its_own(operator: Operator, local: None) -> None:
    operator.publish(EACH)
    with receiver() as other:
        run = operator.start("calls-each", url=other.url, items=["a", "b", "<c>"])
        run = operator.becomes(run["id"], "COMPLETED")
    assert run["result"] == [200, 200, 200]
    texts = sorted(json.loads(got.body)["text"] for got in other.got)
    assert texts == ["Item &lt;c&gt;", "Item a", "Item b"]
    assert len({got.headers["idempotency-key"] for got in other.got}) == 3


def test_a_failed_run_that_is_retried_calls_again(operator: Operator, local: None) -> None:
    def second_time(peer: Any, other: Receiver) -> None:
        take(peer, other)
        peer.sendall(OK if len(other.got) > 1 else b"HTTP/1.1 500 No\r\n\r\n")

    text = CALLS.replace("    retry: {attempts: 1, interval: PT1S}\n    onError: Failed\n", "")
    text = text.replace("key: calls", "key: calls-once").replace(
        '  - {id: Failed, type: end, config: {outcome: FAILED, result: "{% error %}"}}\n', ""
    )
    operator.publish(text)
    with receiver(second_time) as other:
        run = operator.start("calls-once", url=other.url, amount=1)
        operator.becomes(run["id"], "FAILED")
        operator.post(f"/runs/{run['id']}/retry")
        run = operator.becomes(run["id"], "COMPLETED")
    assert run["result"] == {"status": 200, "body": "ok"}
    assert len({got.headers["idempotency-key"] for got in other.got}) == 1


MAILS = """
key: mails
name: Mails
parameters: {type: object, properties: {to: {type: array}, amount: {type: number}}}
steps:
  - id: Mail
    type: integration
    config:
      kind: email
      to: ["{% to %}", copies@acme.example]
      subject: "Paid: {{amount}} 💶"
      message: "By {{initiator}}"
  - {id: Done, type: end, config: {outcome: DONE, result: "{% Mail %}"}}
"""


def test_a_mail_is_sent_to_all_that_are_meant(
    operator: Operator, stack_up: Deployed, local: None
) -> None:
    """Nobody can read others' mail on AWS."""
    operator.publish(MAILS)
    whom = f"m{uuid.uuid4().hex}@acme.example"
    run = operator.start("mails", to=[whom], amount=2.5)
    run = operator.becomes(run["id"], "COMPLETED")
    assert (run["result"]["recipients"], run["result"]["suppressed"]) == (2, 0)
    with urlopen(f"{stack_up.endpoint_url}/_ministack/ses/messages", timeout=SECONDS) as answer:
        of_accounts = json.loads(answer.read())["messages"]
    sent = [mail for mails in of_accounts.values() for mail in mails if whom in mail["To"]]
    assert [mail["To"] for mail in sent] == [[whom, "copies@acme.example"]]
    assert (sent[0]["Subject"], sent[0]["BodyText"]) == (
        "Paid: 2.5 💶",
        f"By {run['initiator']}",
    )
    (said,) = entries(operator, run["id"], "integration.called")
    assert said == {"step": "Mail", "path": "Mail#1", "kind": "email", "recipients": 2}
