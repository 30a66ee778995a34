"""GET /api/v1/admin/audit"""

from typing import Any

import pytest
from bench.in_process import upload

from signoff.audit import search
from signoff.storage import store
from tests.contract.flow_page import SUBMISSION, alice, bob
from tests.support.gateway import Client
from tests.support.stack import Stack
from tests.unit.functions.api.admin.documents import PURCHASE, YAML, data, delete, error, pages

URL = "/api/v1/admin/audit"


@pytest.fixture
def flow(stack: Stack) -> dict[str, Any]:
    """A flow that alice started and bob has approved the first time."""
    made = alice(stack).post("/api/v1/flows", SUBMISSION).body
    task = made["pendingTasks"][0]["taskId"]
    bob(stack).post(f"/api/v1/tasks/{task}/claim")
    decided = bob(stack).post(f"/api/v1/tasks/{task}/decision", {"outcome": "APPROVE"})
    assert decided.status == 200, decided.text
    return {"run": made["flowId"], "task": task}


def types(entries: list[dict[str, Any]]) -> list[str]:
    return [entry["type"] for entry in entries]


@pytest.mark.usefixtures("flow")
def test_everything_of_the_tenant_is_found_newest_first(admin: Client) -> None:
    found = data(admin.get(f"{URL}?limit=200"))
    assert {"tenant.created", "key.created", "definition.published", "run.started"} <= set(
        types(found)
    )
    assert [entry["at"] for entry in found] == sorted(
        (entry["at"] for entry in found), reverse=True
    )
    assert len({entry["id"] for entry in found}) == len(found)
    assert set(found[0]) == {
        *("id", "at", "type", "actor", "via", "subjectType", "subject", "detail"),
    }


@pytest.mark.usefixtures("flow")
@pytest.mark.parametrize("query", ["", "?actor=bob", "?type=task", "?via=nothing"])
def test_pages_hold_the_same_as_the_whole(admin: Client, query: str) -> None:
    joint = "&" if query else "?"
    whole = data(admin.get(f"{URL}{query}{joint}limit=200"))
    assert pages(admin, URL + query, 1) == pages(admin, URL + query, 3) == whole


def test_what_somebody_did_is_found_by_their_name(admin: Client, flow: dict[str, Any]) -> None:
    found = data(admin.get(f"{URL}?actor=bob"))
    assert types(found) == ["task.decided", "task.claimed"]
    assert {entry["subject"] for entry in found} == {flow["run"]}
    assert {entry["subjectType"] for entry in found} == {"run"}
    assert data(admin.get(f"{URL}?actor=nobody")) == []


def test_a_run_is_found_by_any_of_its_ids(admin: Client, flow: dict[str, Any]) -> None:
    history = data(admin.get(f"/api/v1/admin/runs/{flow['run']}/history"))
    instance = f"wi_{flow['run'].replace('-', '')}"
    for subject in (flow["run"], flow["run"].upper(), flow["task"], instance):
        found = data(admin.get(f"{URL}?subject={subject}"))
        assert [entry["id"] for entry in found] == [entry["id"] for entry in reversed(history)]
    assert pages(admin, f"{URL}?subject={flow['run']}", 2) == found


def test_a_run_and_an_actor_narrow_each_other(admin: Client, flow: dict[str, Any]) -> None:
    found = data(admin.get(f"{URL}?subject={flow['run']}&actor=alice"))
    assert types(found) == ["run.started"]


def test_a_key_is_found_by_its_id(admin: Client) -> None:
    key = data(admin.post("/api/v1/admin/keys", {"name": "ERP", "scopes": ["flows:read"]}), 201)
    delete(admin, f"/api/v1/admin/keys/{key['id']}")
    found = data(admin.get(f"{URL}?subject={key['id']}"))
    assert types(found) == ["key.revoked", "key.created"]
    assert [entry["subjectType"] for entry in found] == ["key", "key"]
    assert found[1]["detail"]["name"] == "ERP"
    via = found[0]["via"]
    assert {entry["via"] for entry in data(admin.get(f"{URL}?via={via}"))} == {via}
    assert types(data(admin.get(f"{URL}?via={via}&type=key.revoked"))) == ["key.revoked"]


def test_a_definition_is_found_in_every_faces_form(admin: Client) -> None:
    made = data(admin.post("/api/v1/admin/definitions", PURCHASE, **YAML), 201)
    for subject in (made["key"], f"wt_{made['key']}", made["id"], made["id"].upper()):
        found = data(admin.get(f"{URL}?subject={subject}"))
        assert types(found) == ["definition.published"]


def test_a_document_is_found_by_its_id(stack: Stack, admin: Client) -> None:
    document = upload(stack.client("alice"))
    found = data(admin.get(f"{URL}?subject={document}"))
    assert types(found) == ["document.uploaded"]
    assert (found[0]["subjectType"], found[0]["subject"]) == ("document", document)
    assert pages(admin, f"{URL}?subject={document}", 1) == found
    assert found[0] in data(admin.get(f"{URL}?actor=alice"))


@pytest.mark.parametrize("narrowed", ["", "&actor=bob", "&subject=run"])
def test_times_bound_what_is_found(admin: Client, flow: dict[str, Any], narrowed: str) -> None:
    narrowed = narrowed.replace("=run", f"={flow['run']}")
    whole = data(admin.get(f"{URL}?limit=200{narrowed}"))
    for entry in whole:
        at = entry["at"]
        since = data(admin.get(f"{URL}?limit=200&from={at}{narrowed}"))
        until = data(admin.get(f"{URL}?limit=200&to={at}{narrowed}"))
        assert since + until == whole
        assert all(each["at"] >= at for each in since)


def test_what_is_read_for_one_request_is_bounded(
    admin: Client, flow: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = data(admin.get(f"{URL}?type=run.started"))
    monkeypatch.setattr(search, "MOST_READ", 2)
    monkeypatch.setattr(search, "_CHUNK", 2)
    first = admin.get(f"{URL}?type=run.started")
    assert data(first) == []
    assert first.body["meta"]["pagination"]["hasMore"]
    assert pages(admin, f"{URL}?type=run.started", 50) == whole
    assert [entry["subject"] for entry in whole] == [flow["run"]]


@pytest.mark.usefixtures("flow")
def test_large_details_end_a_page_early(admin: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    whole = data(admin.get(f"{URL}?limit=200"))
    monkeypatch.setattr(search, "MOST_CHARACTERS", 1)
    assert len(data(admin.get(f"{URL}?limit=200"))) == 1
    assert pages(admin, URL, 200) == whole


def test_another_tenant_finds_nothing_of_it(stack: Stack, flow: dict[str, Any]) -> None:
    other = Client(stack.new_key("admin:*", tenant="umbrella"))
    assert types(data(other.get(URL))) == ["key.created"]
    for query in (f"subject={flow['run']}", f"subject={flow['task']}", "actor=bob"):
        assert data(other.get(f"{URL}?{query}")) == []
    assert data(other.get(f"{URL}?subject=document-approval")) == []


def test_a_search_reads_what_it_shows(stack: Stack, admin: Client, flow: dict[str, Any]) -> None:
    data(admin.get(URL))  # the key is known from here on
    faults = stack.world.faults
    for query, calls in (
        ("", ["Query"] * 4 + ["BatchGetItem"]),
        ("?actor=bob", ["Query", "BatchGetItem"]),
        ("?actor=nobody", ["Query"]),
        (f"?subject={flow['run']}", ["Query", "Query"]),
        ("?subject=document-approval", ["Query", "BatchGetItem"]),
    ):
        with faults.watching():
            data(admin.get(URL + query))
        assert faults.seen == calls, query


@pytest.mark.parametrize(
    "query",
    [
        "from=yesterday",
        "to=2026-11-21",
        "actor=%00",
        "cursor=x",
        "cursor=eyJhZnRlciI6IngjeSJ9&subject=RUN",
        "limit=0",
        "limit=201",
        f"subject={'x' * 257}",
    ],
)
def test_a_search_that_cannot_be_read_is_400(
    admin: Client, flow: dict[str, Any], query: str
) -> None:
    answer = admin.get(f"{URL}?{query.replace('RUN', flow['run'])}")
    code, field = error(answer, 400)
    assert code == "VALIDATION_FAILED"
    assert field == query.partition("=")[0]


def test_it_needs_its_scope(stack: Stack) -> None:
    answer = Client(stack.new_key("admin:runs", "admin:keys")).get(URL)
    assert error(answer, 403) == ("SCOPE_INSUFFICIENT", "Authorization")


def test_an_entry_is_written_once_with_all_its_keys(stack: Stack, flow: dict[str, Any]) -> None:
    run = f"T#{stack.tenant}#R#{flow['run'][:23]}"
    items = list(store.history().query_all(run))
    assert {item["trailShard"] for item in items} < {f"T#{stack.tenant}#A#{n}" for n in range(4)}
    assert [item["trailAt"] for item in items] == sorted(item["trailAt"] for item in items)
    assert ["trailActor" in item for item in items] == ["actor" in item for item in items]
    assert not any("trailSubject" in item for item in items)
