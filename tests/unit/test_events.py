"""The sample events are what the functions really get."""

from __future__ import annotations

import ast
import json
import re
from pathlib import Path
from typing import Any

import pytest
from scripts.events import files

from signoff.compiler import compile_definition
from signoff.contracts.admin.models_bootstrap import BootstrapEvent
from signoff.contracts.events.catalog import CATALOG
from signoff.contracts.events.formats import FORMATS
from signoff.contracts.flow.events import to_cloud_event
from signoff.definition.loader import load_text
from signoff.documents.content import read_arrival
from signoff.history.entry import HistoryEntry
from signoff.identity import settings
from signoff.runs.ids import is_id, run_partition
from signoff.steps.call import StepCall
from signoff.storage.values import unmarshal
from tests.support import sam
from tests.support.event_schemas import broken, check_events

EVENTS = sam.ROOT / "events"
STEPS = sorted((EVENTS / "steps").glob("*.json"))


def read(path: Path) -> Any:
    """A sample event."""
    return json.loads(path.read_text(encoding="utf-8"))


def compiled_payloads() -> dict[str, dict[str, Any]]:
    """The payload of each Task state of the shipped definition, by step id."""
    source = sam.ROOT / "statemachines" / "document-approval.yaml"
    loaded = load_text(source.read_text(encoding="utf-8"), source.name)
    assert loaded.definition is not None
    states = json.loads(compile_definition(loaded.definition, 1).to_json())["States"].values()
    payloads = [each["Arguments"]["Payload"] for each in states if each["Type"] == "Task"]
    return {payload["step"]["id"]: payload for payload in payloads}


@pytest.mark.parametrize("path", STEPS, ids=lambda path: path.stem)
def test_a_steps_event_is_a_payload_that_steps_read(path: Path) -> None:
    call = StepCall.parse(read(path))
    assert is_id(call.run_id)
    assert call.path == f"{call.step_id}#1"
    assert (call.token is not None) == (path.stem in {"open_tasks", "start_child"})


def test_the_event_of_open_tasks_has_the_fields_that_a_machine_sends() -> None:
    sample = read(EVENTS / "steps" / "open_tasks.json")
    sent = compiled_payloads()["Submitted"]
    assert set(sample) == set(sent)
    assert set(sample["step"]) == set(sent["step"])
    assert sample["spec"] == sent["spec"]


def test_the_event_of_the_outbox_is_an_entry_under_its_own_key() -> None:
    (record,) = read(EVENTS / "workers" / "publish_events.json")["Records"]
    item = unmarshal(record["dynamodb"]["NewImage"])
    entry = HistoryEntry.from_item(item)
    assert entry.to_item() == item
    assert to_cloud_event(entry)["id"] == entry.id
    assert unmarshal(record["dynamodb"]["Keys"]) == {"PK": item["PK"], "SK": item["SK"]}


def test_the_event_of_reconciling_names_the_run_that_its_input_names() -> None:
    (message,) = read(EVENTS / "workers" / "reconcile_execution.json")["Records"]
    detail = json.loads(message["body"])["detail"]
    run = json.loads(detail["input"])["run"]
    assert detail["name"] == f"{run['id']}-{run['attempt']}"
    assert detail["executionArn"].endswith(f":{detail['name']}")


def test_the_tasks_of_the_events_belong_to_their_run() -> None:
    task = read(EVENTS / "api" / "flows" / "claim_task.json")["pathParameters"]["taskId"]
    flow = read(EVENTS / "api" / "flows" / "get_flow.json")["pathParameters"]["flowId"]
    assert run_partition("acme", task) == run_partition("acme", flow)


def test_the_event_of_bootstrapping_asks_for_a_tenant_and_a_key() -> None:
    asked = BootstrapEvent.model_validate(read(EVENTS / "operations" / "bootstrap_tenant.json"))
    assert [key.name for key in asked.wanted()] == ["Admin"]


def test_the_event_of_a_timer_is_what_a_schedule_sends() -> None:
    (record,) = read(EVENTS / "workers" / "act_on_timer.json")["Records"]
    fired = json.loads(record["body"])["detail"]
    assert set(fired) == {"tenant", "taskId", "timerAt"}
    assert is_id(fired["taskId"])


def test_the_event_that_arms_a_timer_is_one_that_the_outbox_publishes() -> None:
    (record,) = read(EVENTS / "workers" / "arm_timers.json")["Records"]
    sample = json.loads(record["body"])["detail"]
    task_id = sample["data"]["taskId"]
    detail = {"taskId": task_id, "step": "Submitted", "groups": ["legal-reviewers"]}
    entry = HistoryEntry(
        tenant=sample["tenant"],
        run_id=sample["subject"],
        sequence=int(sample["sequence"]),
        type="task.opened",
        at=sample["time"],
        detail=detail | {"dueAt": sample["dueat"]},
        definition_key="document-approval",
    )
    assert to_cloud_event(entry) == sample


def test_the_event_of_an_upload_names_a_version_of_a_document() -> None:
    (message,) = read(EVENTS / "workers" / "process_upload.json")["Records"]
    key = json.loads(message["body"])["detail"]["object"]["key"]
    arrival = read_arrival(key)
    assert arrival is not None
    assert arrival.object == key


def test_the_event_of_settling_is_a_documents_cloud_event() -> None:
    (message,) = read(EVENTS / "workers" / "settle_content.json")["Records"]
    body = json.loads(message["body"])
    event = body["detail"]
    assert event["type"] == f"dev.signoff.{body['detail-type']}"
    assert event["subject"] == event["data"]["documentId"]
    assert event["data"]["version"] == 1


def recorded_types() -> set[str]:
    """Every type of entry that the code writes: what it calls ``record`` with, and what it hands to
    the functions that do."""
    texts = [each for name, each in vars(settings).items() if name.isupper()]
    found = {each for each in texts if isinstance(each, str) and re.fullmatch(_ENTRY, each)}
    for path in (sam.ROOT / "layers" / "core" / "signoff").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call):
                kinds = [
                    each.value for each in node.keywords if each.arg in ("entry_type", "type_")
                ]
                if isinstance(node.func, ast.Attribute) and node.func.attr == "record":
                    kinds += node.args[:1]
                found.update(each for kind in kinds for each in _texts(kind))
    return found


def _texts(kind: ast.expr) -> list[str]:
    """The texts that an expression can be."""
    consts = [each.value for each in ast.walk(kind) if isinstance(each, ast.Constant)]
    return [each for each in consts if isinstance(each, str) and re.fullmatch(_ENTRY, each)]


_ENTRY = r"[a-z]+\.[a-zA-Z]+"


def test_every_type_of_entry_has_a_row_in_the_table_of_events() -> None:
    assert recorded_types() == set(CATALOG)


def test_the_schemas_and_the_page_of_events_are_what_the_code_says() -> None:
    for path, text in files():
        assert path.read_text(encoding="utf-8") == text, "run scripts/events.py"


def test_a_schema_refuses_what_is_no_event() -> None:
    (record,) = read(EVENTS / "workers" / "publish_events.json")["Records"]
    entry = HistoryEntry.from_item(unmarshal(record["dynamodb"]["NewImage"]))
    check_events([entry])
    event = FORMATS["papyrus"].render(entry)
    for name in event:
        assert broken("papyrus", {key: event[key] for key in event if key != name})
    assert broken("papyrus", event | {"data": event["data"] | {"instanceId": entry.run_id}})
    cloud = FORMATS["cloudevents"].render(entry)
    assert broken("cloudevents", cloud | {"data": cloud["data"] | {"more": 1}})
    assert broken("cloudevents", cloud | {"sequence": 1})
