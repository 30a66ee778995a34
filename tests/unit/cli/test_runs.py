"""``signoff runs``."""

import json
import re
from pathlib import Path

import pytest

from signoff.runs.attempts import fail_run
from signoff.runs.progress import Moved, settle
from signoff.runs.read import read_run
from signoff.runs.view import RunView
from tests.support.stack import Stack
from tests.support.waiting import until
from tests.unit.cli.command_line import Signoff

SUM = """\
key: sum
name: Sum
result: "{% {'total': 42} %}"
steps:
  - {id: Nothing, type: transform, config: {set: {done: true}}}
"""
PARENT = """\
key: parent
name: Parent
steps:
  - {id: Buy, type: workflow, config: {definition: purchase}}
"""
FAILING = """\
key: failing
name: Failing
parameters: {type: object, properties: {people: {type: array}}}
steps:
  - id: Ask
    type: approval
    config: {mode: direct, candidates: "{% people %}", outcomes: {APPROVE: {}}}
"""


@pytest.fixture
def run_id(admin: Signoff, purchase: Path) -> str:
    """A run that waits for its review."""
    return str(admin("runs", "start", "purchase", "--json").json["id"])


def test_a_start_shows_where_the_run_stands(admin: Signoff, purchase: Path) -> None:
    result = admin("runs", "start", "purchase", "--document-ref", "order-1")
    assert result.code == 0
    for word in ("purchase version 1", "RUNNING", "Review", "order-1", "PENDING", "controllers"):
        assert word in result.out


def test_variables_come_from_all_three_places(
    admin: Signoff, purchase: Path, nowhere: Path
) -> None:
    file = nowhere / "variables.json"
    file.write_text('{"amount": 1, "supplier": "Acme", "colour": "grün"}', encoding="utf-8")
    started = admin(
        "runs", "start", "purchase", "--variables", str(file),
        "--var", "supplier=Umbrella=Corp", "--var-json", "amount=12.5", "--json",
    ).json  # fmt: skip
    [entry] = [
        entry
        for entry in admin("runs", "show", started["id"], "--history", "--json").json["history"]
        if entry["type"] == "run.started"
    ]
    assert entry["detail"]["variables"] == {
        "amount": 12.5,
        "supplier": "Umbrella=Corp",
        "colour": "grün",
    }


@pytest.mark.parametrize(
    "arguments",
    [
        ("--var", "novalue"),
        ("--var", "=x"),
        ("--var-json", "amount=twelve"),
        ("--variables", "list.json"),
        ("--variables", "broken.json"),
        ("--variables", "nothing.json"),
        ("--variables", '{"amount": '),
        ("--variables", "-"),
    ],
)
def test_variables_that_cannot_be_read_are_wrong_usage(
    admin: Signoff, nowhere: Path, arguments: tuple[str, str]
) -> None:
    (nowhere / "list.json").write_text("[]", encoding="utf-8")
    (nowhere / "broken.json").write_text("{", encoding="utf-8")
    result = admin("runs", "start", "document-approval", *arguments)
    assert result.code == 2
    assert result.err


def test_variables_that_do_not_fit_are_a_problem(admin: Signoff, purchase: Path) -> None:
    result = admin("runs", "start", "purchase", "--var", "amount=12")
    assert result.code == 1
    assert "variables.amount" in result.err


def test_a_run_can_be_started_for_somebody(admin: Signoff) -> None:
    refused = admin("runs", "start", "document-approval")
    assert refused.code == 3
    assert "--actor NAME --group GROUP" in refused.err
    assert "--api-key" not in refused.err
    started = admin(
        "runs", "start", "document-approval", "--actor", "alice", "--group", "other",
        "--group", "initiators", "--json",
    )  # fmt: skip
    assert started.json["initiator"] == "alice"


def test_the_list(admin: Signoff, run_id: str) -> None:
    title, first = admin("runs", "list").out.splitlines()
    assert title.startswith("ID")
    assert first.startswith(run_id)
    assert admin("runs", "list", "--status", "failed", "--json").json == []
    assert admin("runs", "list", "--status", "broken").code == 2
    more = admin("runs", "list", "--limit", "1")
    assert "--limit" in more.err
    assert admin("runs", "list", "--limit", "0").code == 2


def test_one_is_shown_with_its_history(admin: Signoff, run_id: str) -> None:
    without = admin("runs", "show", run_id)
    assert "run.started" not in without.out
    shown = admin("runs", "show", run_id, "--history")
    assert shown.out.startswith(without.out)
    assert "run.started" in shown.out
    assert "task.opened" in shown.out


def test_cancelling_asks_first(admin: Signoff, run_id: str) -> None:
    refused = admin("runs", "cancel", run_id, typed="n\n")
    assert refused.code == 130
    assert admin("runs", "show", run_id, "--json").json["status"] == "RUNNING"
    done = admin("runs", "cancel", run_id, "--reason", "Sent twice", typed="y\n")
    assert done.code == 0
    assert "CANCELLED" in done.out
    for shown in (done, admin("runs", "show", run_id)):
        assert re.search(r"^Reason: +Sent twice$", shown.out, re.M)
    history = admin("runs", "show", run_id, "--history", "--json").json["history"]
    assert "Sent twice" in json.dumps(history)


def test_yes_is_an_answer(admin: Signoff, run_id: str) -> None:
    assert admin("runs", "cancel", run_id, "--yes", "--json").json["status"] == "CANCELLED"


def test_what_has_another_status_is_5(admin: Signoff, run_id: str) -> None:
    result = admin("runs", "retry", run_id)
    assert result.code == 5
    assert "failed" in result.err


def test_a_failed_run_says_why_and_what_to_do(stack: Stack, admin: Signoff, run_id: str) -> None:
    stack.world.machines.abort_all()
    fail_run(read_run("acme", run_id), {"error": "StepFailed", "cause": "no such thing"})
    failed = admin("runs", "show", run_id)
    assert re.search(r"^Error: +step Review: no such thing$", failed.out, re.M)
    assert f"signoff runs retry {run_id}" in failed.err
    again = admin("runs", "retry", run_id)
    assert again.code == 0
    assert "RUNNING" in again.out
    assert "Attempt:" in again.out


def test_a_comment_is_in_the_history(admin: Signoff, run_id: str) -> None:
    result = admin("runs", "comment", run_id, "Called them ☎️")
    assert result.code == 0
    assert "Called them ☎️" in admin("runs", "show", run_id, "--history").out
    assert admin("runs", "comment", run_id, "  ").code == 1


def test_control_characters_do_not_reach_the_terminal(admin: Signoff, run_id: str) -> None:
    admin("runs", "comment", run_id, "red \x1b[31m alert \x07")
    shown = admin("runs", "show", run_id, "--history").out
    assert "\x1b" not in shown
    assert "\x07" not in shown


@pytest.mark.parametrize("run", ["00000000-0000-4000-8000-000000000000"])
@pytest.mark.parametrize("command", [("show",), ("cancel", "--yes"), ("retry",), ("comment",)])
def test_what_is_not_there_is_4(admin: Signoff, run: str, command: tuple[str, ...]) -> None:
    name, *options = command
    text = ["Hello"] if name == "comment" else []
    result = admin("runs", name, run, *text, *options)
    assert result.code == 4
    assert "not found" in result.err


@pytest.mark.parametrize(("argument", "typed"), [('{"amount": 7}', ""), ("-", '{"amount": 7}')])
def test_variables_can_be_given_inline_or_on_standard_input(
    admin: Signoff, purchase: Path, argument: str, typed: str
) -> None:
    started = admin(
        "runs", "start", "purchase", "--variables", argument, "--json", typed=typed
    ).json  # fmt: skip
    first = admin("runs", "show", started["id"], "--history", "--json").json["history"][0]
    assert first["detail"]["variables"] == {"amount": 7}


def test_names_in_any_script(admin: Signoff, purchase: Path) -> None:
    for name in ("jörg", "Łukasz", "山田"):
        started = admin("runs", "start", "purchase", "--actor", name, "--group", "prüfer", "--json")
        assert started.json["initiator"] == name


@pytest.mark.parametrize("name", ["a\nb", "a\x7fb", "j\udcf6rg"])
def test_a_name_that_no_header_can_hold_is_wrong_usage(
    admin: Signoff, purchase: Path, name: str
) -> None:
    assert admin("runs", "start", "purchase", "--actor", name).code == 2


def test_a_finished_run_shows_its_result(stack: Stack, admin: Signoff) -> None:
    stack.publish(SUM)
    shown = admin("runs", "start", "sum")
    assert shown.code == 0
    assert re.search(r'^Result: +{"total": 42}$', shown.out, re.M)


def test_a_run_names_the_run_that_it_waits_for(
    stack: Stack, admin: Signoff, purchase: Path
) -> None:
    stack.publish(PARENT)
    started = admin("runs", "start", "parent", "--json").json
    [child] = started["subRuns"]
    assert child["stepId"] == "Buy"
    assert child["runId"] in admin("runs", "show", started["id"]).out
    below = admin("runs", "show", child["runId"], "--json").json
    assert (below["definitionKey"], below["parent"]) == ("purchase", started["id"])


def test_a_run_that_fails_at_once_is_a_problem(
    stack: Stack, admin: Signoff, monkeypatch: pytest.MonkeyPatch
) -> None:
    def settle_with_events(tenant: str, moved: Moved, seconds: float) -> RunView:
        until(lambda: stack.world.machines.ended)
        stack.world.reconcile_all()
        return settle(tenant, moved, seconds)

    monkeypatch.setattr("api.admin.start_run.settle", settle_with_events)
    stack.publish(FAILING)
    result = admin("runs", "start", "failing", "--variables", '{"people": [7]}')
    assert result.code == 1
    assert re.search(r"^Error: +step Ask: .*names of 1 to 256 characters", result.out, re.M)
    assert "The run failed." in result.err


def test_what_is_not_there_is_told_once(admin: Signoff) -> None:
    result = admin("definitions", "show", "nope")
    assert result.err.startswith("Error: Definition 'nope' not found")


def test_options_may_stand_at_any_level(admin: Signoff, run_id: str) -> None:
    for arguments in (("--json", "runs", "list"), ("runs", "--json", "list")):
        assert [run["id"] for run in admin(*arguments).json] == [run_id]


def test_the_list_narrows(admin: Signoff, run_id: str) -> None:
    for options in (
        ("--definition", "purchase"), ("--started-after", "1h"),
        ("--started-before", "2999-01-01T00:00:00Z", "--status", "running"),
    ):  # fmt: skip
        assert [run["id"] for run in admin("runs", "list", *options, "--json").json] == [run_id]
    for options in (
        ("--initiator", "nobody"), ("--started-before", "1h"),
    ):  # fmt: skip
        assert admin("runs", "list", *options, "--json").json == []
    assert admin("runs", "list", "--definition", "other").code == 4
    assert admin("runs", "list", "--started-after", "soon").code == 2


def test_a_run_is_sent_elsewhere(admin: Signoff, run_id: str) -> None:
    moved = admin("runs", "move", run_id, "Review", "--reason", "Carl is ill")
    assert moved.code == 0
    assert re.search(r"^Generation: +2$", moved.out, re.M)
    assert "Carl is ill" in admin("runs", "show", run_id, "--history").out
    refused = admin("runs", "move", run_id, "Nowhere")
    assert refused.code == 1
    assert "Review" in refused.err
    admin("runs", "cancel", run_id, "--yes")
    assert admin("runs", "move", run_id, "Review").code == 5
    again = admin("runs", "restart", run_id, "--yes", "--json").json
    assert (again["status"], again["generation"]) == ("RUNNING", 3)
    assert admin("verify-history", run_id).code == 0
    assert admin("runs", "reverse", run_id, "--reason", "Why not").code == 5
    assert admin("runs", "reverse", run_id).code == 2


def test_a_run_is_taken_by_its_id_of_the_approvals_api(admin: Signoff, run_id: str) -> None:
    instance = f"wi_{run_id.replace('-', '')}"
    assert admin("runs", "show", instance, "--json").json["id"] == run_id
    verdict = admin("verify-history", instance, "--json")
    assert (verdict.code, verdict.json["agrees"]) == (0, True)
    listed = admin("runs", "list", "--definition", "wt_purchase", "--json").json
    assert [run["id"] for run in listed] == [run_id]
    assert admin("runs", "list", "--definition", "wt_nothing").code == 4
