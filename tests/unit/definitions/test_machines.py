"""State machines: a name that only one definition has, and calls that may be repeated."""

import json
from typing import Any

import pytest
from botocore.exceptions import ClientError

from signoff.definitions import machines
from signoff.definitions.machines import (
    machine_name,
    publish_machine,
    resume_machine,
    this_stack,
    twin_name,
)
from signoff.definitions.publish import publish
from signoff.definitions.store import PublishedVersion, read_version
from signoff.errors import Busy, Conflict, Invalid
from signoff.identity.principal import Caller
from signoff.storage.clients import client
from tests.unit.definitions.documents import approval

ASL = json.dumps({"StartAt": "End", "States": {"End": {"Type": "Succeed"}}})


class Failing:
    """A Step Functions operation that fails with given codes before it does its work."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, operation: str, *codes: str) -> None:
        states = client("stepfunctions")
        self._work = getattr(states, operation)
        self._codes = list(codes)
        self.calls = 0
        monkeypatch.setattr(states, operation, self)

    def __call__(self, **arguments: Any) -> Any:
        self.calls += 1
        if self._codes:
            error = {"Error": {"Code": self._codes.pop(0), "Message": "no"}}
            raise ClientError(error, "Operation")
        return self._work(**arguments)


@pytest.fixture(autouse=True)
def without_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(machines, "_PAUSE", 0)


@pytest.fixture
def published(aws: None, admin: Caller) -> PublishedVersion:
    head = publish(admin, approval(), "application/yaml").head
    return read_version("acme", head.definition_id, head.version)


def test_no_two_definitions_share_a_name() -> None:
    assert machine_name("signoff", "a-b", "c") != machine_name("signoff", "a", "b-c")
    assert machine_name("signoff", "a", "b_c") != machine_name("signoff", "a", "b-c")


def test_no_definition_has_the_name_of_a_twin() -> None:
    assert twin_name("signoff", "acme", "purchase", 3) == "signoff-acme_purchase-v3-RESUME"
    assert machine_name("signoff", "acme", "purchase-v3-resume") != twin_name(
        "signoff", "acme", "purchase", 3
    )


def test_every_twin_of_a_name_that_fits_fits() -> None:
    room = 80 - len("signoff-acme_") - len("-v999999-RESUME")
    key = "k" * room
    assert len(twin_name("signoff", "acme", key, 999_999)) == 80
    with pytest.raises(Invalid):
        machine_name("signoff", "acme", key + "k")


def test_publishing_again_is_a_new_version_of_the_same_machine(aws: None) -> None:
    first = publish_machine(this_stack(), "signoff-acme_x", ASL, "x version 1")
    second = publish_machine(this_stack(), "signoff-acme_x", ASL, "x version 1")
    assert first.rpartition(":")[0] == second.rpartition(":")[0]
    assert first != second
    assert len(client("stepfunctions").list_state_machines()["stateMachines"]) == 1


def test_a_machine_says_which_stack_it_belongs_to(aws: None) -> None:
    arn = publish_machine(this_stack(), "signoff-acme_x", ASL, "x version 1").rpartition(":")[0]
    tags = client("stepfunctions").list_tags_for_resource(resourceArn=arn)["tags"]
    assert tags == [{"key": "signoff:stack", "value": "signoff"}]


@pytest.mark.parametrize("code", ["ConflictException", "ThrottlingException"])
def test_a_busy_step_functions_is_asked_again(
    aws: None, monkeypatch: pytest.MonkeyPatch, code: str
) -> None:
    publish_machine(this_stack(), "signoff-acme_x", ASL, "x version 1")
    update = Failing(monkeypatch, "update_state_machine", code, code)
    assert publish_machine(this_stack(), "signoff-acme_x", ASL, "x version 2").endswith(":2")
    assert update.calls == 3


def test_who_creates_second_updates(aws: None, monkeypatch: pytest.MonkeyPatch) -> None:
    # The first look finds nothing, then somebody else creates it.
    publish_machine(this_stack(), "signoff-acme_x", ASL, "theirs")
    Failing(monkeypatch, "update_state_machine", "StateMachineDoesNotExist")
    create = Failing(monkeypatch, "create_state_machine", "StateMachineAlreadyExists")
    assert publish_machine(this_stack(), "signoff-acme_x", ASL, "mine").endswith(":2")
    assert create.calls == 1


def test_it_is_not_asked_for_ever(aws: None, monkeypatch: pytest.MonkeyPatch) -> None:
    update = Failing(monkeypatch, "update_state_machine", *["ConflictException"] * 50)
    with pytest.raises(Busy):
        publish_machine(this_stack(), "signoff-acme_x", ASL, "x version 1")
    assert update.calls == 5


@pytest.mark.parametrize("code", ["StateMachineLimitExceeded", "ServiceQuotaExceededException"])
def test_a_full_account_is_told(aws: None, monkeypatch: pytest.MonkeyPatch, code: str) -> None:
    Failing(monkeypatch, "create_state_machine", code)
    with pytest.raises(Conflict):
        publish_machine(this_stack(), "signoff-acme_x", ASL, "x version 1")


def test_what_nobody_expected_is_not_hidden(aws: None, monkeypatch: pytest.MonkeyPatch) -> None:
    Failing(monkeypatch, "update_state_machine", "AccessDeniedException")
    with pytest.raises(ClientError):
        publish_machine(this_stack(), "signoff-acme_x", ASL, "x version 1")


def test_a_twin_is_made_when_it_is_needed(published: PublishedVersion) -> None:
    arn = resume_machine(published, "acme")
    assert arn.endswith(":stateMachine:signoff-acme_purchase-v1-RESUME")
    machine = client("stepfunctions").describe_state_machine(stateMachineArn=arn)
    assert json.loads(machine["definition"])["StartAt"] == "Resume"
    assert "${" not in machine["definition"]


def test_a_twin_is_made_once_per_container(
    published: PublishedVersion, monkeypatch: pytest.MonkeyPatch
) -> None:
    create = Failing(monkeypatch, "create_state_machine")
    update = Failing(monkeypatch, "update_state_machine")
    assert resume_machine(published, "acme") == resume_machine(published, "acme")
    assert (create.calls, update.calls) == (1, 1)
    machines.forget_twins()
    resume_machine(published, "acme")
    assert (create.calls, update.calls) == (1, 2)


def test_a_role_that_is_none_is_an_error_of_the_stack(
    aws: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MACHINE_ROLE_ARN", "machines")
    with pytest.raises(ValueError, match="MACHINE_ROLE_ARN"):
        publish_machine(this_stack(), "signoff-acme_x", ASL, "x version 1")
