"""Keys that may little, keys that may no longer, and tenants that see nothing of each other."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from signoff.identity.scopes import INTEGRATION_SCOPES
from tests.support.deployed import Deployed
from tests.support.http import Http
from tests.support.tenants import ADMIN, FLOWS, WORKLISTS, Operator, Tenant, furnished_tenant, told
from tests.support.waiting import until


@pytest.fixture(scope="module")
def stranger(stack_up: Deployed, http: Http) -> Tenant:
    """Another tenant, with the same definition and people of the same names."""
    return furnished_tenant(stack_up, http)


# ---- revoked and expired keys


def test_a_key_that_was_revoked_before_its_first_use_is_401(tenant: Tenant):
    made = tenant.operator.key_with(*INTEGRATION_SCOPES)
    told(tenant.operator.send("DELETE", f"/keys/{made['id']}"))
    answer = tenant.person("alice", key=made["secret"]).get(FLOWS)
    assert (answer.status, answer.body) == (401, {"error": "The API key has been revoked"})


def test_an_expired_key_is_401(tenant: Tenant):
    body = {"name": "Brief", "scopes": ["flows:read", "actors:assert"]}
    for seconds in (4, 16, 48):
        soon = (datetime.now(UTC) + timedelta(seconds=seconds)).isoformat()
        answer = tenant.operator.send("POST", "/keys", body | {"expiresAt": soon})
        if answer.status != 400:  # for a slow machine the end was over already
            break
    made = told(answer, 201)["data"]
    alice = tenant.person("alice", key=made["secret"])
    refusal = until(lambda: (answer := alice.get(FLOWS)).status != 200 and answer)
    assert (refusal.status, refusal.body) == (401, {"error": "The API key has expired"})


# ---- what a key may


def test_the_integration_key_may_do_nothing_administrative(tenant: Tenant):
    program = Operator(tenant.http, tenant.integration_key)
    for path in ("/definitions", "/runs", "/keys"):
        answer = program.send("GET", path)
        assert answer.status == 403
        assert answer.body["errors"][0]["code"] == "SCOPE_INSUFFICIENT"


def test_the_admin_key_may_not_use_the_contracts(tenant: Tenant):
    operator = tenant.person("alice", "initiators", key=tenant.admin_key)
    for path, scope in ((FLOWS, "flows:read"), (f"{WORKLISTS}/mine", "tasks:read")):
        answer = operator.get(path)
        assert (answer.status, answer.body["error"]) == (403, f"This key lacks the scope {scope}")


@pytest.mark.parametrize(
    ("scope", "path"),
    [("admin:definitions", "/definitions"), ("admin:runs", "/runs"), ("admin:keys", "/keys")],
)
def test_an_admin_scope_opens_its_own_operations_alone(tenant: Tenant, scope: str, path: str):
    limited = Operator(tenant.http, tenant.operator.key_with(scope)["secret"])
    assert isinstance(limited.get(path), list)
    for other in {"/definitions", "/runs", "/keys"} - {path}:
        assert limited.send("GET", other).status == 403


def test_a_key_cannot_grant_an_admin_scope_that_it_lacks(tenant: Tenant):
    limited = Operator(tenant.http, tenant.operator.key_with("admin:keys")["secret"])
    body = {"name": "Ladder", "scopes": ["admin:runs"]}
    answer = limited.send("POST", "/keys", body)
    assert answer.status == 403
    assert limited.post("/keys", {"name": "Reader", "scopes": ["flows:read"]}, 201)["secret"]


# ---- tenants


def test_another_tenant_finds_none_of_it(tenant: Tenant, stranger: Tenant):
    flow = tenant.alice.submit()
    task = flow["pendingTasks"][0]["taskId"]
    foreign = stranger.carol
    gone = {"error": "Flow not found"}
    answer = foreign.get(f"{FLOWS}/{flow['flowId']}")
    assert (answer.status, answer.body) == (404, gone)
    gone = {"error": "Task not found"}
    for answer in (foreign.claim(task), foreign.release(task), foreign.decide(task, "APPROVE")):
        assert (answer.status, answer.body) == (404, gone)
    assert foreign.group_tasks() == foreign.my_tasks() == []
    assert told(stranger.alice.get(FLOWS)) == []
    told(tenant.bob.claim(task))
    assert stranger.bob.my_tasks() == []
    assert foreign.decide(task, "APPROVE").status == 404
    types = [entry["type"] for entry in tenant.bob.flow(flow["flowId"])["history"]]
    assert types == ["FLOW_STARTED", "TASK_CREATED", "TASK_CLAIMED"]


def test_another_tenants_operator_finds_none_of_it(tenant: Tenant, stranger: Tenant):
    run = tenant.alice.submit()["flowId"]
    key = tenant.operator.key_with("flows:read")["id"]
    tenant.operator.publish(
        "{key: ours, name: Ours, steps: [{id: a, type: end, config: {outcome: A}}]}"
    )
    theirs = stranger.operator
    for method, path, body in (
        ("GET", f"/runs/{run}", None),
        ("GET", f"/runs/{run}/history", None),
        ("POST", f"/runs/{run}/cancel", {}),
        ("POST", f"/runs/{run}/retry", {}),
        ("POST", f"/runs/{run}/comments", {"comment": "hello"}),
        ("GET", "/definitions/ours", None),
        ("POST", "/runs", {"definition": "ours"}),
        ("DELETE", f"/keys/{key}", None),
    ):
        answer = theirs.send(method, path, body)
        assert answer.status == 404, (method, path, answer)
        assert answer.body["errors"][0]["code"] == "NOT_FOUND"
    assert theirs.get("/runs") == []
    assert [each["key"] for each in theirs.get("/definitions")] == ["document-approval"]
    assert {each["name"] for each in theirs.get("/keys")} == {"Admin", "ERP Integration"}
    assert tenant.operator.run(run)["status"] == "RUNNING"


def test_one_key_of_definition_in_two_tenants_is_two_definitions(tenant: Tenant, stranger: Tenant):
    ids = {each.operator.get("/definitions/document-approval")["id"] for each in (tenant, stranger)}
    assert len(ids) == 2
    foreign = next(iter(ids - {tenant.operator.get("/definitions/document-approval")["id"]}))
    answer = tenant.alice.post(FLOWS, {"definitionKey": foreign, "documentRef": "x"})
    assert (answer.status, answer.body["error"]) == (404, f"Flow definition '{foreign}' not found")


# ---- the first key


def test_a_tenant_is_made_once(tenant: Tenant):
    again = {"tenant": tenant.slug, "name": "Again"}
    answer = tenant.stack.invoke("BootstrapTenant", again)
    assert answer["ok"] is False
    assert answer["errors"][0]["message"] == f"Tenant {tenant.slug} exists already and has keys"


def test_a_lost_admin_key_is_replaced_with_iam_credentials(tenant: Tenant):
    answer = tenant.stack.invoke("BootstrapTenant", {"tenant": tenant.slug, "addKeys": True})
    assert (answer["ok"], answer["data"]["created"]) == (True, False)
    (key,) = answer["data"]["keys"]
    assert Operator(tenant.http, key["secret"]).get("/definitions")


def test_no_route_leads_to_the_bootstrap(tenant: Tenant):
    for path in (f"{ADMIN}/tenants", f"{ADMIN}/bootstrap", "/bootstrap", "/BootstrapTenant"):
        answer = tenant.http.send("POST", path, body={"tenant": "mine"})
        assert answer.status == 404
