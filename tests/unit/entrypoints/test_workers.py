"""Workers: which records of a batch failed, and how long a scheduled one may work."""

import json
import time

import pytest

from signoff.entrypoints import worker as module
from signoff.entrypoints.worker import queue_worker, scheduled_worker, stream_worker
from tests.support.gateway import Context


@pytest.fixture(autouse=True)
def told(monkeypatch):
    """What the queue is told to bring again."""
    records = []
    monkeypatch.setattr(module, "bring_again", records.extend)
    return records


def message(number, body):
    return {
        "messageId": f"m-{number}",
        "receiptHandle": "h",
        "body": body,
        "attributes": {},
        "messageAttributes": {},
        "eventSource": "aws:sqs",
        "eventSourceARN": "arn:aws:sqs:eu-central-1:123456789012:ends",
        "awsRegion": "eu-central-1",
    }


def batch(*bodies):
    return {"Records": [message(number, body) for number, body in enumerate(bodies)]}


def change(name):
    return json.dumps({"source": "aws.states", "detail": {"name": name}})


def failures(answer):
    return [each["itemIdentifier"] for each in answer["batchItemFailures"]]


def test_only_the_messages_that_failed_come_again(told):
    seen = []

    def handle(detail):
        seen.append(detail["name"])
        if detail["name"] == "bad":
            raise RuntimeError("no")

    worker = queue_worker("w", handle)
    answer = worker(
        batch(change("a"), change("bad"), "{", '{"no": "detail"}', change("b")), Context()
    )
    assert failures(answer) == ["m-1", "m-2", "m-3"]
    assert [each["messageId"] for each in told] == ["m-1", "m-2", "m-3"]
    assert seen == ["a", "bad", "b"]


def test_a_batch_of_which_everything_failed_is_reported_not_raised():
    def handle(detail):
        raise RuntimeError("no")

    assert failures(queue_worker("w", handle)(batch(change("a")), Context())) == ["m-0"]


def test_failures_of_one_batch_are_not_reported_with_the_next():
    def handle(detail):
        if detail["name"] == "bad":
            raise RuntimeError("no")

    worker = queue_worker("w", handle)
    worker(batch(change("bad")), Context())
    assert failures(worker(batch(change("good")), Context())) == []


def test_a_stream_gets_back_the_sequence_numbers_that_failed():
    records = [{"dynamodb": {"SequenceNumber": "1"}}, {"dynamodb": {"SequenceNumber": "2"}}]
    seen = []

    def handle(given):
        seen.extend(given)
        return ["2"]

    answer = stream_worker("w", handle)({"Records": records}, Context())
    assert answer == {"batchItemFailures": [{"itemIdentifier": "2"}]}
    assert seen == records


def test_a_stream_batch_that_broke_comes_again_whole(capsys):
    def handle(given):
        raise RuntimeError("no")

    with pytest.raises(RuntimeError):
        stream_worker("w", handle)({"Records": []}, Context())
    assert '"outcome":"failed"' in capsys.readouterr().out


@pytest.mark.parametrize(("milliseconds", "seconds"), [(55_000, 45.0), (5_000, 0.0)])
def test_a_scheduled_worker_ends_before_it_is_ended(milliseconds, seconds, monkeypatch):
    given = []

    def run(deadline):
        given.append(deadline)
        return {"start": 2}

    monkeypatch.setattr(time, "monotonic", lambda: 1_000.0)
    assert scheduled_worker("w", run)({}, Context(milliseconds)) == {"start": 2}
    assert given == [1_000.0 + seconds]


def test_a_sweep_with_failures_counts_as_failed(capsys):
    scheduled_worker("w", lambda deadline: {"failed": 1, "start": 2})({}, Context())
    assert '"outcome":"failed"' in capsys.readouterr().out
