"""The workers, as Lambda calls them: with a stream's batch, a queue's batch, and by the clock"""

import importlib
import importlib.util
import json

import pytest

from signoff.contracts.events.happened import entry_key
from signoff.sla.act import act_on_task
from signoff.webhooks.messages import read_hint
from tests.support.gateway import Context
from tests.support.sam import ROOT
from tests.unit.functions.handlers import Recorder

EVENTS = ROOT / "events" / "workers"


def worker(name, service, answer, monkeypatch):
    """The handler of a fresh copy of a worker's module whose service is ours."""
    found = importlib.util.find_spec(f"workers.{name}")
    recorder = Recorder(answer)
    service_module = getattr(importlib.import_module(f"workers.{name}"), service).__module__
    origin = importlib.import_module(service_module)
    monkeypatch.setattr(origin, service, recorder)
    copy = importlib.util.module_from_spec(found)
    found.loader.exec_module(copy)
    return copy.handler, recorder


def test_publish_events_reports_the_records_that_failed(monkeypatch):
    handler, publish = worker("publish_events", "publish_records", ["2"], monkeypatch)
    records = [{"dynamodb": {"SequenceNumber": number}} for number in ("1", "2")]
    answer = handler({"Records": records}, Context())
    assert answer == {"batchItemFailures": [{"itemIdentifier": "2"}]}
    assert publish.call == ((records,), {})


def test_reconcile_execution_gets_the_events_detail(monkeypatch):
    handler, reconcile = worker("reconcile_execution", "reconcile", None, monkeypatch)
    detail = {"name": "run-1", "status": "FAILED"}
    message = {"messageId": "m", "body": json.dumps({"detail": detail}), "eventSource": "aws:sqs"}
    assert handler({"Records": [message]}, Context()) == {"batchItemFailures": []}
    assert reconcile.call == ((detail,), {})


@pytest.mark.parametrize(
    ("name", "service"),
    [
        ("arm_timers", "arm_timer"),
        ("act_on_timer", "act_on_timer"),
        ("notify_people", "notify_people"),
        ("send_message", "send_message"),
        ("note_mail_feedback", "note_mail_feedback"),
    ],
)
def test_these_workers_get_the_messages_detail(name, service, monkeypatch):
    handler, called = worker(name, service, None, monkeypatch)
    event = json.loads((EVENTS / f"{name}.json").read_text(encoding="utf-8"))
    assert handler(event, Context()) == {"batchItemFailures": []}
    assert called.call == ((json.loads(event["Records"][0]["body"])["detail"],), {})


def test_sync_user_gets_the_events_detail(monkeypatch):
    handler, sync = worker("sync_user", "sync_user", None, monkeypatch)
    detail = {"tenant": "acme", "data": {"userId": "bob"}}
    message = {"messageId": "m", "body": json.dumps({"detail": detail}), "eventSource": "aws:sqs"}
    assert handler({"Records": [message]}, Context()) == {"batchItemFailures": []}
    assert sync.call == ((detail,), {})


def test_sweep_nudges_answers_what_it_did(monkeypatch):
    handler, sweep = worker("sweep_nudges", "sweep", {"start": 1}, monkeypatch)
    assert handler({}, Context(55_000)) == {"start": 1}
    assert len(sweep.call[0]) == 1
    assert sweep.call[1] == {"on_timer": act_on_task}


def test_process_upload_gets_the_events_detail(monkeypatch):
    handler, process = worker("process_upload", "process_upload", None, monkeypatch)
    detail = {"object": {"key": "incoming/acme/d/1"}}
    message = {"messageId": "m", "body": json.dumps({"detail": detail}), "eventSource": "aws:sqs"}
    assert handler({"Records": [message]}, Context()) == {"batchItemFailures": []}
    assert process.call == ((detail,), {})


def test_settle_content_gets_the_cloud_event(monkeypatch):
    handler, settle = worker("settle_content", "settle_content", None, monkeypatch)
    detail = {"tenant": "acme", "data": {"documentId": "d", "version": 1}}
    message = {"messageId": "m", "body": json.dumps({"detail": detail}), "eventSource": "aws:sqs"}
    assert handler({"Records": [message]}, Context()) == {"batchItemFailures": []}
    assert settle.call == ((detail,), {})


@pytest.mark.parametrize(
    ("name", "service"), [("fan_out_events", "fan_out"), ("deliver_webhooks", "deliver")]
)
def test_the_workers_of_webhooks_get_whole_batches(name, service, monkeypatch):
    event = json.loads((EVENTS / f"{name}.json").read_text(encoding="utf-8"))
    message = event["Records"][0]["messageId"]
    handler, called = worker(name, service, {message: LookupError("gone")}, monkeypatch)
    assert handler(event, Context()) == {"batchItemFailures": [{"itemIdentifier": message}]}
    ((given,),) = called.call[:1]
    assert [each.id for each in given] == [message]
    assert given[0].queue == event["Records"][0]["eventSourceARN"].rpartition(":")[2]


def test_sample_messages_of_webhooks_are_what_the_workers_read():
    event = json.loads((EVENTS / "deliver_webhooks.json").read_text(encoding="utf-8"))
    body = json.loads(event["Records"][0]["body"])
    assert read_hint(body).to_body() == body
    event = json.loads((EVENTS / "fan_out_events.json").read_text(encoding="utf-8"))
    partition, sort = entry_key(json.loads(event["Records"][0]["body"])["detail"])
    assert (partition[:9], sort) == ("T#acme#R#", "0000000003")


def test_sweep_deliveries_answers_what_it_did(monkeypatch):
    handler, sweep = worker("sweep_deliveries", "sweep_deliveries", {"sent": 2}, monkeypatch)
    assert handler({}, Context(55_000)) == {"sent": 2}
    assert len(sweep.call[0]) == 1
