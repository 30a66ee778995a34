"""Text of every script goes in and comes out unharmed; what is absurd is refused without a 5xx."""

from __future__ import annotations

from typing import Any

import pytest

from tests.support.tenants import FLOWS, TASKS, WORKLISTS, Operator, Tenant, told

FORM = """
key: everything-in-a-form
name: "Ein Formular: 書式 📝"
steps:
  - id: Ask
    type: task
    name: "Fräge 🖋"
    output: answer
    config:
      candidates: {groups: [legal-reviewers]}
      form: {type: object, required: [name], properties: {name: {type: string}, n: {type: number}}}
      outcomes: {OK: {label: "Gut 👍"}}
  - {id: Done, type: end, config: {outcome: DONE, result: "{{answer}}"}}
"""
TEXTS = {
    "emoji": "👩🏽\u200d⚖️ 🏳️\u200d🌈 🇩🇪",
    "scripts": "契約書 договор عقد חוזה สัญญา",
    "right to left": "\u202eabc\u202c \u200f",
    "combining": "Z\u0351\u036b\u0343\u036a\u0302 e\u0301 é",
    "beyond the BMP": "𓀀𐍈🂡 \U0010fffd",
    "quotes": "\"'`\\ {{initiator}} {% $now() %} ${OpenTasks} $states.input",
    "markup": "<script>alert('x')</script> &amp; %00 %20 ; DROP TABLE flows; --",
    "lines": "one\r\ntwo\tthree\u2028four\u0085five",
    "controls": "\x00\x01\x1f\x7f",
    "spaces": "  in the middle   and around \u3000",
    "like a number": "1e400",
    "byte order mark": "\ufeffx",
}


@pytest.fixture(scope="module")
def form(operator: Operator) -> str:
    """The key of a definition that takes anything and gives it back as its result."""
    return str(operator.publish(FORM)["key"])


@pytest.mark.parametrize("text", TEXTS.values(), ids=TEXTS)
def test_any_text_survives_from_end_to_end(tenant: Tenant, form: str, text: str):
    alice = tenant.person("alice")
    flow = alice.submit(form, document=text)
    data = {"name": text, "n": 1.5, "more": {text: [text, None, True, {"": text}]}}
    done = tenant.bob.take(flow["pendingTasks"][0]["taskId"], "OK", comment=text, data=data)
    assert done["status"] == "COMPLETED", done

    whole = alice.flow(flow["flowId"])
    started = whole["history"][0]
    assert started["detail"]["documentRef"] == text
    (decided,) = [each for each in whole["history"] if each["type"] == "DECISION_RECORDED"]
    assert (decided["detail"]["comment"], decided["detail"]["data"]) == (text, data)

    run = tenant.operator.run(flow["flowId"])
    assert run["documentRef"] == text
    # It has travelled through the state machine, too.
    assert (run["result"]["comment"], run["result"]["data"]) == (text, data)


@pytest.mark.parametrize(
    "name", ["José", "山田太郎", "😀 smile", 'o\'hara "x" <y>', "a/b#c|d", "x" * 256, "Ünï,cödé"]
)
def test_people_and_groups_of_any_name_keep_their_lists_apart(tenant: Tenant, name: str):
    group = name.replace(",", ";")[:128]
    tenant.operator.publish(
        f"""
key: named
name: Named
steps:
  - id: Check
    type: approval
    config:
      candidates: {{groups: ['{group.replace("'", "''")}']}}
      outcomes: {{APPROVE: {{}}}}
"""
    )
    flow = tenant.person(name).submit("named")
    who = tenant.person(name, group)
    (task,) = who.group_tasks()
    assert (task["flowId"], task["candidateGroupId"]) == (flow["flowId"], group)
    assert told(who.claim(task["taskId"]))["ownerId"] == name
    assert [each["taskId"] for each in who.my_tasks()] == [task["taskId"]]
    told(who.decide(task["taskId"], "APPROVE"))
    (summary,) = tenant.person(name).flows(1)
    assert summary["submitterId"] == name


@pytest.mark.parametrize(
    ("header", "value", "status"),
    [
        ("X_Actor_Id", "x" * 257, 400),
        ("X_Actor_Id", "a\tb", 400),
        ("X_Actor_Groups", "x" * 257, 400),
        ("X_Actor_Groups", ",,,  ,", 200),
        ("Prefer", "wait=" + "9" * 400, 200),
        ("Accept", "application/x-nothing", 200),
        ("X_Tenant_Id", "' OR 1=1", 403),
        ("X_Tenant_Id", "😀", 403),
        ("Authorization", "Bearer " + "x" * 4_000, 401),
        ("Authorization", "Bearer wf_😀", 401),
    ],
)
def test_an_absurd_header_is_judged_like_any_other(
    tenant: Tenant, header: str, value: str, status: int
):
    answer = tenant.bob.get(f"{WORKLISTS}/mine", **{header: value})
    assert answer.status == status, answer
    assert isinstance(answer.body, list if status == 200 else dict)


@pytest.mark.parametrize(
    "body",
    [
        '{"definitionKey": "document-approval", "documentRef": 1e999}',
        '{"definitionKey": {"$ref": "#"}, "documentRef": "x"}',
        '{"definitionKey": "document-approval", "documentRef": "x"} trailing',
        '{"definitionKey": "document-approval", "documentRef": "x",}',
        "definitionKey=document-approval&documentRef=x",
        '<?xml version="1.0"?><flow/>',
        b"\x1f\x8b\x08\x00",
        b"\x00" * 1_000,
        "[" * 100_000,
        '{"a":' * 10_000,
    ],
)
def test_a_body_that_is_no_submission_is_400_and_writes_nothing(tenant: Tenant, body: Any):
    nobody = tenant.person("writes-nothing", "initiators")
    answer = nobody.post(FLOWS, body)
    assert answer.status == 400, answer
    assert set(answer.body) == {"error"}
    assert told(nobody.get(FLOWS)) == []


def test_a_body_of_just_under_a_megabyte_is_read(tenant: Tenant):
    body = {"definitionKey": "nothing", "documentRef": "x", "padding": "ä" * 499_000}
    answer = tenant.alice.post(FLOWS, body)
    assert (answer.status, answer.body["error"]) == (404, "Flow definition 'nothing' not found")


@pytest.mark.parametrize("size", [1_000_001, 1_048_576, 4_000_000])
def test_a_body_that_is_too_large_is_413_wherever_one_is_read(tenant: Tenant, size: int):
    content = b"x" * size
    assert tenant.alice.post(FLOWS, content).status == 413
    task = "c0ffee00-0000-4000-8000-00000000000f"
    assert tenant.bob.post(f"{TASKS}/{task}/decision", content).status == 413
    answer = tenant.operator.send("POST", "/definitions", content, Content_Type="application/yaml")
    assert answer.status == 413
    assert answer.body["errors"][0]["code"] == "PAYLOAD_TOO_LARGE"


@pytest.mark.parametrize(
    "task",
    [
        "00000000-0000-0000-0000-000000000000",
        "FFFFFFFF-FFFF-FFFF-FFFF-FFFFFFFFFFFF",
        "c0ffee00-0000-4000-8000-fffffffff001",
    ],
)
def test_an_id_that_could_be_one_is_404(tenant: Tenant, task: str):
    assert tenant.bob.claim(task).status == 404
    assert tenant.bob.get(f"{FLOWS}/{task}").status == 404


def test_an_id_is_taken_in_capitals_too(tenant: Tenant):
    flow = tenant.alice.submit()
    task = flow["pendingTasks"][0]["taskId"]
    assert told(tenant.bob.claim(task.upper()))["taskId"] == task
    assert tenant.bob.flow(flow["flowId"].upper())["flowId"] == flow["flowId"]
    # A neighbour of the flow's id leads to its partition, and is still nothing.
    near = flow["flowId"][:-1] + ("0" if flow["flowId"][-1] != "0" else "1")
    assert tenant.bob.get(f"{FLOWS}/{near}").status == 404
