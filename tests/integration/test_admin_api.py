"""The admin API over the wire: its envelope, its lists, and what an operator does with it."""

from __future__ import annotations

import re
from typing import Any

import pytest

from tests.support.http import Answer
from tests.support.tenants import SHIPPED, Operator, Tenant, told
from tests.support.waiting import until

REQUEST_ID = re.compile(r"req_[0-9a-f]{8}")
MINI = "{key: %s, name: Mini, steps: [{id: A, type: end, config: {outcome: %s}}]}"
BROKEN = """key: broken
name: Broken
steps:
  - id: First
    type: approval
    config:
      candidates: {groups: [x]}
      outcomes: {OK: {next: Nowhere}}
  - id: Second
    type: transform
    config: {set: {a: "{% missing + %}"}}
"""


def refused(answer: Answer, status: int, *codes: str) -> list[Any]:
    """The errors of a refusal in the envelope; ``codes`` are theirs."""
    assert answer.status == status, answer
    assert set(answer.body) == {"success", "errors", "meta"}
    assert answer.body["success"] is False
    assert REQUEST_ID.fullmatch(answer.body["meta"]["requestId"])
    assert answer.headers["x-request-id"] == answer.body["meta"]["requestId"]
    errors: list[Any] = answer.body["errors"]
    assert [error["code"] for error in errors] == list(codes)
    for error in errors:
        assert error["message"]
        assert error["severity"] == "error"
        assert "field" in error
    return errors


# ---- the envelope


def test_an_answer_comes_in_an_envelope(operator: Operator):
    body = told(operator.send("GET", "/definitions?limit=10"))
    assert set(body) == {"success", "data", "meta"}
    assert body["success"] is True
    assert REQUEST_ID.fullmatch(body["meta"]["requestId"])
    assert body["meta"]["pagination"] == {"limit": 10, "hasMore": False, "nextCursor": None}


def test_refusals_come_in_it_as_well(tenant: Tenant, operator: Operator):
    unknown = "c0ffee00-0000-4000-8000-00000000000f"
    refused(operator.send("GET", "/runs", Authorization=None), 401, "UNAUTHORIZED")
    refused(operator.send("GET", "/runs", X_Tenant_Id="other"), 403, "FORBIDDEN")
    refused(operator.send("GET", f"/runs/{unknown}"), 404, "NOT_FOUND")
    refused(operator.send("GET", "/runs/x"), 400, "VALIDATION_FAILED")
    refused(operator.send("GET", "/runs?status=LOST"), 400, "VALIDATION_FAILED")
    refused(operator.send("GET", "/runs?limit=0"), 400, "VALIDATION_FAILED")
    refused(operator.send("GET", "/nothing"), 404, "NOT_FOUND")
    refused(operator.send("PUT", "/runs"), 405, "METHOD_NOT_ALLOWED")
    refused(operator.send("POST", "/runs", "{"), 400, "VALIDATION_FAILED")
    refused(operator.send("POST", "/runs", {}), 400, "VALIDATION_FAILED")
    revoked = operator.key_with("admin:runs")
    told(operator.send("DELETE", f"/keys/{revoked['id']}"))
    gone = Operator(tenant.http, revoked["secret"])
    refused(gone.send("GET", "/runs"), 401, "KEY_REVOKED")


def test_all_problems_of_a_body_are_named(operator: Operator):
    body = {"name": "", "scopes": [], "expires": "never"}
    errors = refused(operator.send("POST", "/keys", body), 400, "VALIDATION_FAILED")
    assert [error["field"] for error in errors] == ["expires"]
    body = {"name": "", "scopes": []}
    errors = refused(operator.send("POST", "/keys", body), 400, *["VALIDATION_FAILED"] * 2)
    assert {error["field"] for error in errors} == {"name", "scopes"}


# ---- definitions


def test_a_definition_is_published_in_versions(operator: Operator):
    first = operator.publish(MINI % ("mini", "ONE"))
    assert (first["version"], first["created"], first["warnings"]) == (1, True, [])
    again = operator.publish(MINI % ("mini", "ONE"))
    assert (again["version"], again["created"], again["id"]) == (1, False, first["id"])
    second = operator.publish(MINI % ("mini", "TWO"))
    assert (second["version"], second["created"], second["id"]) == (2, True, first["id"])

    newest = operator.get("/definitions/mini")
    assert (newest["version"], newest["latestVersion"]) == (2, 2)
    assert newest["document"]["steps"][0]["config"]["outcome"] == "TWO"
    for name in ("mini", first["id"]):
        old = operator.get(f"/definitions/{name}?version=1")
        assert old["document"]["steps"][0]["config"]["outcome"] == "ONE"
        assert (old["version"], old["latestVersion"]) == (1, 2)
    refused(operator.send("GET", "/definitions/mini?version=3"), 404, "NOT_FOUND")
    assert operator.start("mini")["outcome"] == "TWO"


def test_a_run_stays_on_the_version_that_it_started_on(tenant: Tenant, operator: Operator):
    text = """
key: moving
name: Moving
steps:
  - {id: Ask, type: task, config: {candidates: {groups: [x]}}}
  - {id: Done, type: end, config: {outcome: %s}}
"""
    operator.publish(text % "OLD")
    old = operator.start("moving")
    operator.publish(text % "NEW")
    new = operator.start("moving")
    for run, outcome, version in ((old, "OLD", 1), (new, "NEW", 2)):
        flow = tenant.person("eve", "x").take(run["openTasks"][0]["id"], "complete")
        assert flow["terminalOutcome"] == outcome
        assert operator.run(run["id"])["definitionVersion"] == version


def test_a_definition_may_be_written_as_json(operator: Operator):
    steps = [{"id": "A", "type": "end", "config": {"outcome": "JSON"}}]
    body = {"key": "as-json", "name": "JSON ✍️", "steps": steps}
    published = operator.post("/definitions", body, 201)
    assert published["name"] == "JSON ✍️"
    assert operator.start("as-json")["outcome"] == "JSON"


def test_every_problem_of_a_definition_is_told_with_its_place(operator: Operator):
    answer = operator.send("POST", "/definitions", BROKEN, Content_Type="application/yaml")
    assert answer.status == 400
    problems = {error["code"]: error for error in answer.body["errors"]}
    assert set(problems) >= {"outcome-leads-nowhere", "bad-expression"}
    place = problems["outcome-leads-nowhere"]
    assert (place["line"], place["field"]) == (8, "steps[0].config.outcomes.OK.next")
    assert all(error["hint"] and error["column"] for error in answer.body["errors"])
    refused(operator.send("GET", "/definitions/broken"), 404, "NOT_FOUND")


@pytest.mark.parametrize(
    ("step", "code"),
    [
        ("{id: A, type: parse, config: {}}", "not-built"),
        ("{id: A, type: extract, config: {}}", "not-built"),
        ("{id: A, type: integration, config: {}}", "missing-field"),
        ('{id: A, type: integration, config: {kind: webhook, url: "https://10.0.0.1"}}', "bad-url"),
        ("{id: A, type: workflow, config: {definition: nobody-has-this}}", "unknown-definition"),
        (
            "{id: A, type: task, config: {candidates: {groups: [x]}, sla: {due: PT5S}}}",
            "bad-duration",
        ),
    ],
)
def test_what_cannot_run_is_not_published(operator: Operator, step: str, code: str):
    text = f"{{key: not-yet, name: Not yet, steps: [{step}]}}"
    answer = operator.send("POST", "/definitions", text, Content_Type="application/yaml")
    assert answer.status == 400
    assert code in {error["code"] for error in answer.body["errors"]}


def test_definitions_are_listed_page_after_page_in_order(empty_tenant: Tenant):
    operator = empty_tenant.operator
    for name in ("b", "a", "c"):
        operator.publish(MINI % (name, "X"))
    keys, cursor = [], ""
    for _ in range(10):
        body = told(operator.send("GET", f"/definitions?limit=2{cursor}"))
        keys += [each["key"] for each in body["data"]]
        pagination = body["meta"]["pagination"]
        assert pagination["hasMore"] is (pagination["nextCursor"] is not None)
        if not pagination["hasMore"]:
            break
        cursor = f"&cursor={pagination['nextCursor']}"
    assert keys == ["a", "b", "c", "document-approval"]


# ---- runs


def test_a_run_started_here_is_seen_through_the_contract_and_the_other_way_round(tenant: Tenant):
    body = {"definition": "document-approval", "documentRef": "r-1"}
    for_alice = {"X_Actor_Id": "alice", "X_Actor_Groups": "initiators"}
    run = tenant.operator.post("/runs", body, 201, **for_alice)
    assert (run["initiator"], run["documentRef"]) == ("alice", "r-1")
    flow = tenant.alice.flow(run["id"])
    assert flow["pendingTasks"][0]["taskId"] == run["openTasks"][0]["id"]
    assert tenant.operator.run(tenant.alice.submit()["flowId"])["initiator"] == "alice"
    # The key itself is of no group.
    answer = tenant.operator.send("POST", "/runs", body)
    refused(answer, 403, "FORBIDDEN")
    refused(tenant.operator.send("POST", "/runs", body | {"definition": "no"}), 404, "NOT_FOUND")


def test_runs_are_listed_by_status_the_newest_first(empty_tenant: Tenant):
    operator = empty_tenant.operator
    operator.publish(MINI % ("mini", "DONE"))
    flows = [empty_tenant.alice.submit(document=f"d{number}")["flowId"] for number in range(3)]
    done = operator.start("mini")["id"]
    operator.post(f"/runs/{flows[0]}/cancel")

    def ids(query: str) -> list[str]:
        return [run["id"] for run in operator.get(f"/runs{query}")]

    until(lambda: ids("") == [done, *reversed(flows)])
    until(lambda: ids("?status=RUNNING") == [flows[2], flows[1]])
    assert ids("?status=COMPLETED") == [done]
    assert ids("?status=CANCELLED") == [flows[0]]
    assert ids("?status=FAILED") == []
    page = told(operator.send("GET", "/runs?limit=3"))
    rest = ids(f"?limit=3&cursor={page['meta']['pagination']['nextCursor']}")
    assert [run["id"] for run in page["data"]] + rest == [done, *reversed(flows)]


def test_a_run_and_its_history_say_everything(tenant: Tenant, operator: Operator):
    flow = tenant.alice.submit(document="r-2")
    told(tenant.bob.claim(flow["pendingTasks"][0]["taskId"]))
    run = operator.run(flow["flowId"])
    (task,) = run["openTasks"]
    assert (task["stepId"], task["stepName"]) == ("Submitted", "First review")
    assert (task["status"], task["owner"], task["groups"]) == (
        "CLAIMED",
        "bob",
        ["legal-reviewers"],
    )
    assert (run["status"], run["currentState"], run["attempt"]) == ("RUNNING", "Submitted", 1)
    assert (run["result"], run["error"], run["parent"], run["endedAt"]) == (None,) * 4
    history = operator.history(flow["flowId"])
    assert run["sequence"] == len(history) == history[-1]["sequence"]
    assert history[-1]["type"] == "task.claimed"
    assert history[-1]["actor"] == "bob"
    (program,) = [each for each in operator.get("/keys") if each["name"] == "ERP Integration"]
    assert history[-1]["via"] == program["id"]
    page = told(operator.send("GET", f"/runs/{flow['flowId']}/history?limit=1"))
    assert [entry["sequence"] for entry in page["data"]] == [1]
    assert page["meta"]["pagination"]["hasMore"] is True


def test_a_comment_is_added_to_a_run_also_when_it_has_ended(tenant: Tenant, operator: Operator):
    run_id = tenant.alice.submit()["flowId"]
    entry = operator.post(f"/runs/{run_id}/comments", {"comment": "Zoë 👍"}, 201)
    assert (entry["type"], entry["detail"]) == ("comment.added", {"comment": "Zoë 👍"})
    operator.post(f"/runs/{run_id}/cancel")
    last = operator.post(f"/runs/{run_id}/comments", {"comment": "too late"}, 201)
    assert last == operator.history(run_id)[-1]
    for body in ({"comment": ""}, {"comment": "  "}, {"comment": "x" * 100_000}):
        answer = operator.send("POST", f"/runs/{run_id}/comments", body)
        refused(answer, 400, "VALIDATION_FAILED")


# ---- keys


def test_a_key_is_shown_once_and_never_again(operator: Operator):
    headers = {"Idempotency_Key": f"key-{id(operator)}-once"}
    body = {"name": "Once 🔑", "scopes": ["flows:read"]}
    made = operator.post("/keys", body, 201, **headers)
    assert made["secret"].startswith("wf_")
    assert operator.post("/keys", body, 201, **headers) == made | {"secret": None}
    (listed,) = [each for each in operator.get("/keys") if each["id"] == made["id"]]
    assert "secret" not in listed
    assert (listed["name"], listed["scopes"], listed["status"]) == (
        "Once 🔑",
        ["flows:read"],
        "ACTIVE",
    )
    for _ in range(2):
        revoked = told(operator.send("DELETE", f"/keys/{made['id']}"))["data"]
        assert revoked["status"] == "REVOKED"


def test_a_key_needs_scopes_that_exist_and_a_future(operator: Operator):
    for body in (
        {"name": "x", "scopes": ["flows:everything"]},
        {"name": "x", "scopes": ["flows:read"], "expiresAt": "2020-01-01T00:00:00Z"},
        {"name": "x", "scopes": ["flows:read"], "expiresAt": "tomorrow"},
        {"name": "x" * 101, "scopes": ["flows:read"]},
    ):
        refused(operator.send("POST", "/keys", body), 400, "VALIDATION_FAILED")


def test_the_shipped_definition_is_published_without_a_warning(operator: Operator):
    published = operator.publish(SHIPPED.read_text(encoding="utf-8"))
    assert (published["key"], published["warnings"]) == ("document-approval", [])
    assert published["initiatorGroups"] == ["initiators"]
