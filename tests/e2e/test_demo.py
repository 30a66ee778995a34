"""`make run`: from nothing to a stack that is up and a walk that anybody can repeat."""

from __future__ import annotations

import json
import re
import stat

from signoff.identity.scopes import INTEGRATION_SCOPES
from tests.e2e.conftest import LocalStack, calls
from tests.support.tenants import FLOWS, Tenant, told

STACK_FIELDS = {"api_url", "endpoint_url", "region", "tenant", "api_keys", "users", "oauth"}


def test_the_walk_shows_every_call_and_its_answer(walked: str, tenant: Tenant):
    made = [call for call in calls(walked) if call["status"] is not None]
    assert {call["status"] for call in made} == {200, 201}
    paths = [
        re.sub(
            r"wi_[0-9a-f]{32}|[0-9a-f-]{36}", "{id}", call["url"].removeprefix(tenant.stack.api_url)
        )
        for call in made
    ]
    stage = ["/api/v1/worklists/group", "/api/v1/tasks/{id}/claim", "/api/v1/tasks/{id}/decision"]
    approval = [FLOWS, *stage, *stage, f"{FLOWS}/{{id}}"]
    assert paths[: len(approval)] == approval
    # A rejection, its rework, and two approvals.
    assert paths[len(approval) :][:13] == [FLOWS, *stage * 4]
    workflows = "/api/v1/workflows"
    invoice = [path.partition("?")[0] for path in paths if "/flows" not in path]
    assert [path.partition("/admin")[2] for path in invoice[-2:]] == ["/webhooks", "/webhooks/{id}"]
    del invoice[-2:]
    assert invoice[-4:] == [
        "/api/v1/documents",
        f"{workflows}/start",
        f"{workflows}/tasks",
        f"{workflows}/instances/{{id}}/advance",
    ]
    bodies = [json.loads(call["body"])["outcome"] for call in made if "decision" in call["url"]]
    assert bodies[:6] == ["APPROVE", "APPROVE", "REJECT", "SUBMIT", "APPROVE", "APPROVE"]
    for word in ("FLOW_STARTED", "TASK_CLAIMED", "DECISION_RECORDED", "FLOW_COMPLETED"):
        assert word in walked
    assert '"terminalOutcome": "APPROVED"' in walked


def test_the_walk_receives_what_a_webhook_brings_and_verifies_it(walked: str, tenant: Tenant):
    begin, end = walked.index("=== 4."), walked.index("=== 5.")
    events = walked[begin:end].split("\nPOST /events\n")[1:]
    bodies = [json.loads(each.partition("\n\n")[2].partition("\n\n")[0]) for each in events]
    assert {each["type"] for each in bodies} == {"workflow.started", "workflow.task.assigned"}
    for each, body in zip(events, bodies, strict=True):
        assert f"webhook-id: {body['id']}\n" in each
        assert re.search(r"^webhook-signature: v1,\S+$", each, re.MULTILINE)
    assert tenant.operator.get("/webhooks") == []


def test_it_ends_by_saying_where_everything_is(walked: str, local: LocalStack):
    stack = json.loads(local.home.stack_file.read_text(encoding="utf-8"))
    end = walked[walked.rindex("=== ") :]
    assert stack["api_url"] in end
    assert stack["api_keys"]["admin"] in end
    assert stack["api_keys"]["integration"] in end
    for user in stack["users"]:
        assert re.search(rf"{user['id']} .*{', '.join(user['groups'])}", end)
    assert "make down" in end


def test_a_printed_line_can_be_repeated(walked: str, tenant: Tenant):
    http = tenant.http
    reads = [call for call in calls(walked) if call["method"] == "GET"]
    for call in reads:
        path = call["url"].removeprefix(tenant.stack.api_url)
        assert told(http.send("GET", path, headers=call["headers"])) is not None
    # The calls that it leaves to the reader are good as they stand.
    for call in [call for call in calls(walked) if call["status"] is None]:
        path = call["url"].removeprefix(tenant.stack.api_url)
        answer = http.send(call["method"], path, headers=call["headers"], body=call["body"])
        assert answer.status == 200, call


def test_stack_json_holds_what_it_promises_and_nobody_else_may_read_it(
    walked: str, local: LocalStack, tenant: Tenant
):
    stack = json.loads(local.home.stack_file.read_text(encoding="utf-8"))
    assert set(stack) == STACK_FIELDS
    assert set(stack["api_keys"]) == {"admin", "integration"}
    groups = {user["id"]: user["groups"] for user in stack["users"]}
    assert groups == {
        "alice": ["initiators"],
        "bob": ["legal-reviewers"],
        "carol": ["initiators", "legal-reviewers"],
        "erin": ["finance"],
        "dora": ["finance"],
        "adam": [],
        "dana": [],
        "otto": [],
    }
    assert all(user["password"] for user in stack["users"])
    assert stat.S_IMODE(local.home.stack_file.stat().st_mode) == 0o600

    keys = {key["name"]: key for key in tenant.operator.get("/keys")}
    assert set(keys) == {"Admin", "ERP Integration"}
    assert set(keys["ERP Integration"]["scopes"]) == INTEGRATION_SCOPES
    assert not [scope for scope in keys["ERP Integration"]["scopes"] if "admin" in scope]
    # The tenant is named by its slug.
    answer = tenant.alice.get(FLOWS, X_Tenant_Id=stack["tenant"])
    assert answer.status == 200
