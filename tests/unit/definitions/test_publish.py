"""Publishing: all problems at once, versions that stay, races with one winner, safe to repeat."""

import json
from collections.abc import Callable
from typing import Any

import pytest
from botocore.exceptions import ClientError

from signoff.definitions import publish as module
from signoff.definitions.problems import DefinitionRefused
from signoff.definitions.publish import publish
from signoff.definitions.store import find_definition, read_version
from signoff.errors import Conflict, Invalid
from signoff.identity.principal import Caller
from signoff.storage.clients import client
from signoff.storage.transaction import Transaction
from tests.unit.definitions.documents import APPROVAL, approval, as_yaml, calling
from tests.unit.identity.aws import settings_entries

YAML = "application/yaml"


def machine_of(arn: str) -> dict[str, Any]:
    """The state machine version as Step Functions has it."""
    described: dict[str, Any] = client("stepfunctions").describe_state_machine(stateMachineArn=arn)
    return described


def refusal(admin: Caller, content: bytes, media_type: str = YAML) -> DefinitionRefused:
    with pytest.raises(DefinitionRefused) as refused:
        publish(admin, content, media_type)
    return refused.value


def test_the_first_version_is_1(aws: None, admin: Caller) -> None:
    publication = publish(admin, approval(), YAML)
    assert publication.created
    head = publication.head
    assert (head.key, head.version, head.published_by) == ("purchase", 1, "key:Admin")
    assert find_definition("acme", "purchase") == head
    assert read_version("acme", head.definition_id, 1).document == APPROVAL


def test_json_is_taken_too(aws: None, admin: Caller) -> None:
    content = json.dumps(APPROVAL).encode()
    assert publish(admin, content, "application/json").created
    assert not publish(admin, approval(), YAML).created


@pytest.mark.parametrize("media_type", ["", "text/plain", "application/x-www-form-urlencoded"])
def test_the_text_shows_what_it_is(aws: None, admin: Caller, media_type: str) -> None:
    assert publish(admin, approval(), media_type).created


def test_the_machine_is_complete(aws: None, admin: Caller) -> None:
    machine = machine_of(publish(admin, approval(), YAML).head.machine_arn)
    assert machine["name"] == "signoff-acme_purchase"
    assert machine["roleArn"] == "arn:aws:iam::123456789012:role/machines"
    assert machine["tracingConfiguration"] == {"enabled": True}
    logging = machine["loggingConfiguration"]
    assert (logging["level"], logging["includeExecutionData"]) == ("ERROR", False)
    [destination] = logging["destinations"]
    assert destination["cloudWatchLogsLogGroup"]["logGroupArn"].endswith(":log-group:machines:*")
    assert "function:OPEN_TASKS" in machine["definition"]
    assert "${" not in machine["definition"]
    assert "version 1" in json.loads(machine["definition"])["Comment"]


def test_without_a_log_group_nothing_is_logged(
    aws: None, admin: Caller, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MACHINE_LOG_GROUP_ARN", "")
    machine = machine_of(publish(admin, approval(), YAML).head.machine_arn)
    assert machine["loggingConfiguration"]["level"] == "OFF"


def test_a_change_makes_a_new_version_and_leaves_the_old(aws: None, admin: Caller) -> None:
    first = publish(admin, approval(), YAML).head
    before = machine_of(first.machine_arn)["definition"]
    second = publish(admin, approval(name="Purchase, second edition"), YAML).head
    assert (second.version, second.definition_id) == (2, first.definition_id)
    assert second.created_at == first.created_at
    assert second.machine_arn != first.machine_arn
    assert machine_of(first.machine_arn)["definition"] == before
    assert read_version("acme", first.definition_id, 1).name == "Purchase 🛒"
    assert read_version("acme", first.definition_id, 2).name == "Purchase, second edition"


def test_the_same_document_is_no_new_version(aws: None, admin: Caller) -> None:
    first = publish(admin, approval(), YAML)
    again = publish(admin, b"# with a comment\n" + approval(), YAML)
    assert not again.created
    assert again.head == first.head
    assert len(settings_entries("acme")) == 1


def test_a_disabled_definition_is_published_as_such(aws: None, admin: Caller) -> None:
    publish(admin, approval(), YAML)
    head = publish(admin, approval(enabled=False), YAML).head
    assert (head.version, head.enabled) == (2, False)


def test_the_history_has_the_version(aws: None, admin: Caller) -> None:
    head = publish(admin, approval(), YAML).head
    [entry] = settings_entries("acme")
    assert (entry["type"], entry["actor"], entry["via"]) == (
        "definition.published",
        "key:Admin",
        "key-1",
    )
    detail = json.loads(entry["detail"])
    assert (detail["key"], detail["version"]) == ("purchase", 1)
    assert detail["definitionId"] == head.definition_id


def test_all_problems_are_told_at_once_with_their_places(aws: None, admin: Caller) -> None:
    text = (
        approval()
        .decode()
        .replace("next: Done", "next: Nowhere")
        .replace("next: Refused", "next: Elsewhere")
    )
    refused = refusal(admin, text.encode())
    errors = [problem for problem in refused.problems if problem.severity == "error"]
    lines = text.splitlines()
    for target in ("Nowhere", "Elsewhere"):
        [found] = [problem for problem in errors if target in problem.message]
        assert target in lines[found.place.line - 1]
        assert found.place.hint
    assert find_definition("acme", "purchase") is None


@pytest.mark.parametrize("content", [b"", b"- a\n- b", b"key: [", b"\xff\xfe", b'{"key": 1}'])
def test_what_is_no_definition_is_refused(aws: None, admin: Caller, content: bytes) -> None:
    assert refusal(admin, content).problems
    assert client("stepfunctions").list_state_machines()["stateMachines"] == []


def test_warnings_do_not_keep_it_back(aws: None, admin: Caller) -> None:
    document = json.loads(json.dumps(APPROVAL))
    document["steps"][0]["name"] = document["steps"][1]["name"] = "The same"
    publication = publish(admin, as_yaml(document), YAML)
    assert publication.created
    assert [problem.code for problem in publication.warnings] == ["duplicate-name"]


def test_a_sub_workflow_must_exist(aws: None, admin: Caller) -> None:
    [problem] = refusal(admin, calling("purchase")).problems
    assert problem.code == "unknown-definition"
    assert problem.field == "steps[0].config.definition"
    assert problem.place.line == 7
    publish(admin, approval(), YAML)
    assert publish(admin, calling("purchase"), YAML).created


def test_a_sub_workflow_must_have_the_version(aws: None, admin: Caller) -> None:
    publish(admin, approval(), YAML)
    [problem] = refusal(admin, calling("purchase", 2)).problems
    assert problem.code == "unknown-version"
    assert publish(admin, calling("purchase", 1), YAML).created


def test_another_tenants_definition_is_not_there_to_call(aws: None, admin: Caller) -> None:
    from dataclasses import replace

    publish(admin, approval(), YAML)
    other = replace(admin, principal=replace(admin.principal, tenant="umbrella"))
    assert [p.code for p in refusal(other, calling("purchase")).problems] == ["unknown-definition"]


def test_a_key_that_looks_like_an_id_is_refused(aws: None, admin: Caller) -> None:
    [problem] = refusal(admin, approval(key="0193a5f0-6c1e-7d39-9a52-0c8d1f3e7b11")).problems
    assert (problem.code, problem.field) == ("reserved-name", "key")


def test_a_key_too_long_for_a_machine_is_refused(aws: None, admin: Caller) -> None:
    longest = "k" * (80 - len("signoff-acme_") - len("-v999999-RESUME"))
    assert publish(admin, approval(key=longest), YAML).created
    [problem] = refusal(admin, approval(key=longest + "k")).problems
    assert (problem.code, problem.field) == ("too-long", "key")
    assert str(len(longest)) in problem.message


def test_a_document_too_big_to_store_is_refused(aws: None, admin: Caller) -> None:
    form = {"type": "object", "description": "d" * 400_000}
    with pytest.raises(Invalid) as refused:
        publish(admin, approval(startForm=form), YAML)
    assert "350,000" in refused.value.message


def overtake(monkeypatch: pytest.MonkeyPatch, by: Callable[[], Any], times: int = 1) -> None:
    """Let ``by`` publish just before a commit, for the next ``times`` commits."""
    commit, left = Transaction.commit, [times]

    def overtaken(transaction: Transaction) -> None:
        if left[0] > 0:
            left[0] -= 1
            saved, left[0] = left[0], 0
            by()
            left[0] = saved
        commit(transaction)

    monkeypatch.setattr(Transaction, "commit", overtaken)


def test_who_is_overtaken_publishes_the_next_version(
    aws: None, admin: Caller, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "_PAUSE", 0)
    overtake(monkeypatch, lambda: publish(admin, approval(name="Theirs"), YAML))
    mine = publish(admin, approval(name="Mine"), YAML)
    assert (mine.created, mine.head.version) == (True, 2)
    names = [read_version("acme", mine.head.definition_id, n).name for n in (1, 2)]
    assert names == ["Theirs", "Mine"]
    machine = machine_of(mine.head.machine_arn)
    assert "version 2" in json.loads(machine["definition"])["Comment"]
    assert len(settings_entries("acme")) == 2


def test_who_is_overtaken_by_the_same_document_has_nothing_to_do(
    aws: None, admin: Caller, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "_PAUSE", 0)
    overtake(monkeypatch, lambda: publish(admin, approval(), YAML))
    mine = publish(admin, approval(), YAML)
    assert (mine.created, mine.head.version) == (False, 1)


def test_who_is_overtaken_again_and_again_is_told(
    aws: None, admin: Caller, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "_PAUSE", 0)
    names = iter(f"Edition {n}" for n in range(10))
    overtake(monkeypatch, lambda: publish(admin, approval(name=next(names)), YAML), times=3)
    with pytest.raises(Conflict):
        publish(admin, approval(name="Mine"), YAML)
    assert find_definition("acme", "purchase").version == 3


def test_a_crash_before_the_commit_is_made_good_by_repeating(
    aws: None, admin: Caller, monkeypatch: pytest.MonkeyPatch
) -> None:
    def crash(_: Transaction) -> None:
        raise ConnectionError("the function's time is up")

    with monkeypatch.context() as patched:
        patched.setattr(Transaction, "commit", crash)
        with pytest.raises(ConnectionError):
            publish(admin, approval(name="Never committed"), YAML)
    assert find_definition("acme", "purchase") is None
    assert len(client("stepfunctions").list_state_machines()["stateMachines"]) == 1
    head = publish(admin, approval(), YAML).head
    assert head.version == 1
    assert len(client("stepfunctions").list_state_machines()["stateMachines"]) == 1
    assert "Never committed" not in machine_of(head.machine_arn)["definition"]


def test_a_machine_that_step_functions_refuses_is_told_without_its_words(
    aws: None, admin: Caller, monkeypatch: pytest.MonkeyPatch
) -> None:
    error = {"Error": {"Code": "InvalidDefinition", "Message": "internal words"}}

    def refuse(**_: Any) -> None:
        raise ClientError(error, "UpdateStateMachine")

    monkeypatch.setattr(client("stepfunctions"), "update_state_machine", refuse)
    with pytest.raises(Invalid) as refused:
        publish(admin, approval(), YAML)
    assert "internal words" not in refused.value.message
    assert find_definition("acme", "purchase") is None
