"""``signoff tasks``."""

from pathlib import Path

import pytest

from tests.unit.cli.command_line import Signoff


@pytest.fixture
def task_id(admin: Signoff, purchase: Path) -> str:
    """A task that waits for the controllers."""
    run_id = admin("runs", "start", "purchase", "--json").json["id"]
    return str(admin("runs", "show", run_id, "--json").json["openTasks"][0]["id"])


def test_a_task_goes_to_a_person_and_back_to_groups(admin: Signoff, task_id: str) -> None:
    result = admin("tasks", "reassign", task_id, "--user", "erin", "--reason", "On leave")
    assert (result.code, "is with erin now" in result.err) == (0, True)
    task = admin("tasks", "reassign", task_id, "--group", "a", "--group", "b", "--json").json
    assert (task["owner"], task["groups"], task["formerly"]) == (None, ["a", "b"], ["erin"])


def test_history_tells_whose_it_is(admin: Signoff, task_id: str) -> None:
    for target in (("--user", "erin"), ("--user", "dave"), ("--group", "legal")):
        assert admin("tasks", "reassign", task_id, *target).code == 0
        run_id = admin("runs", "list", "--json").json[0]["id"]
        assert admin("verify-history", run_id, "--json").json["agrees"] is True


@pytest.mark.parametrize("target", [(), ("--user", "erin", "--group", "legal")])
def test_it_goes_to_one_of_the_two(admin: Signoff, task_id: str, target: tuple[str, ...]) -> None:
    result = admin("tasks", "reassign", task_id, *target)
    assert (result.code, "--user" in result.err) == (2, True)


def test_refusals_have_their_exit_codes(admin: Signoff, task_id: str) -> None:
    unknown = admin("tasks", "reassign", f"{task_id[:-12]}000000000000", "--user", "erin")
    assert unknown.code == 4
    assert admin("tasks", "reassign", task_id, "--user", "erin").code == 0
    assert admin("tasks", "reassign", task_id, "--user", "erin").code == 1
