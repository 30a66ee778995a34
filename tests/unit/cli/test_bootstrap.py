"""``signoff bootstrap``: finds the function by its stack, invokes it once, shows the key once."""

import io
import json
from pathlib import Path
from typing import Any

import pytest
from botocore.exceptions import ClientError, EndpointConnectionError

from operations.bootstrap_tenant import handler
from signoff.cli import aws as aws_module
from signoff.identity.authenticate import authenticate
from signoff.identity.keys import list_keys
from tests.support.gateway import Context
from tests.support.stack import Stack
from tests.unit.cli.command_line import Signoff
from tests.unit.cli.test_api import write_stack


class Aws:
    """CloudFormation and Lambda as far as bootstrap calls them; the function is the real one."""

    def __init__(self) -> None:
        self.asked: list[tuple[str, str | None]] = []
        self.invocations = 0
        self.failure: Exception | None = None
        self.function_error: str | None = None
        self.sessions: list[tuple[str | None, str | None, bool]] = []

    def create_client(self, service: str, endpoint_url: str | None, config: Any) -> "Aws":
        assert config.retries == {"total_max_attempts": 1}
        self.asked.append((service, endpoint_url))
        return self

    def describe_stack_resource(self, **wanted: str) -> dict[str, Any]:
        if self.failure:
            raise self.failure
        assert wanted["LogicalResourceId"] == "BootstrapTenant"
        self.asked.append(("stack", wanted["StackName"]))
        return {"StackResourceDetail": {"PhysicalResourceId": "the-function"}}

    def invoke(self, **wanted: Any) -> dict[str, Any]:
        assert wanted["FunctionName"] == "the-function"
        self.invocations += 1
        if self.function_error:
            payload = json.dumps({"errorMessage": self.function_error}).encode()
            return {"FunctionError": "Unhandled", "Payload": io.BytesIO(payload)}
        answer = handler(json.loads(wanted["Payload"]), Context())
        return {"Payload": io.BytesIO(json.dumps(answer).encode())}


@pytest.fixture
def aws(stack: Stack, admin: Signoff, monkeypatch: pytest.MonkeyPatch) -> Aws:
    """An account in which the stack of this process is."""
    account = Aws()

    def session(profile: str | None, region: str | None, *, is_local: bool) -> Aws:
        account.sessions.append((profile, region, is_local))
        return account

    monkeypatch.setattr(aws_module, "session_of", session)
    return account


def test_the_key_of_a_new_tenant_works(aws: Aws, admin: Signoff) -> None:
    result = admin("bootstrap", "--stack", "prod", "--tenant", "umbrella", "--name", "Umbrella")
    assert result.code == 0
    assert ("stack", "prod") in aws.asked
    assert "Tenant umbrella created" in result.err
    assert "cannot be shown again" in result.err
    secret = next(word for word in result.out.split() if word.startswith("wf_"))
    assert authenticate(f"Bearer {secret}", "umbrella", None).tenant == "umbrella"
    assert admin("definitions", "list", "--api-key", secret, "--json").json == []


def test_in_json_it_is_one_value(aws: Aws, admin: Signoff) -> None:
    made = admin("bootstrap", "--stack", "prod", "--tenant", "umbrella", "--json").json
    assert (made["tenant"], made["created"]) == ("umbrella", True)
    assert made["keys"][0]["secret"].startswith("wf_")


def test_a_tenant_that_exists_gets_a_key_on_request_only(aws: Aws, admin: Signoff) -> None:
    refused = admin("bootstrap", "--stack", "prod", "--tenant", "acme")
    assert refused.code == 1
    assert "exists already" in refused.err
    assert "--add-keys" in refused.err
    before = len(list_keys("acme", limit=50).items)
    added = admin("bootstrap", "--stack", "prod", "--tenant", "acme", "--add-keys")
    assert added.code == 0
    assert "Tenant acme has a new key" in added.err
    assert len(list_keys("acme", limit=50).items) == before + 1


def test_a_slug_that_does_not_fit_is_a_problem(aws: Aws, admin: Signoff) -> None:
    result = admin("bootstrap", "--stack", "prod", "--tenant", "No Slug")
    assert result.code == 1
    assert "lower-case" in result.err
    assert "--add-keys" not in result.err


def test_the_local_stack_is_the_default(aws: Aws, admin: Signoff, nowhere: Path) -> None:
    write_stack(nowhere)
    assert admin("bootstrap", "--tenant", "umbrella").code == 0
    assert ("lambda", "http://127.0.0.1:4566") in aws.asked
    assert ("stack", "signoff") in aws.asked
    assert aws.sessions == [(None, "us-east-1", True)]


def test_a_named_stack_is_not_the_local_one(aws: Aws, admin: Signoff, nowhere: Path) -> None:
    write_stack(nowhere)
    admin("bootstrap", "--stack", "prod", "--region", "eu-west-1", "--tenant", "umbrella")
    assert ("lambda", None) in aws.asked
    assert aws.sessions == [(None, "eu-west-1", False)]


def test_without_any_stack_it_asks_which(admin: Signoff) -> None:
    result = admin("bootstrap", "--tenant", "umbrella")
    assert result.code == 2
    assert "--stack" in result.err


def client_error(code: str, message: str) -> ClientError:
    return ClientError({"Error": {"Code": code, "Message": message}}, "Operation")


@pytest.mark.parametrize(
    ("failure", "code", "told"),
    [
        (client_error("ValidationError", "Stack 'prod' does not exist"), 4, "no stack prod"),
        (client_error("AccessDenied", "not authorized"), 3, "lambda:InvokeFunction"),
        (client_error("ExpiredToken", "expired"), 3, "expired"),
        (client_error("InternalFailure", "oops"), 1, "oops"),
        (EndpointConnectionError(endpoint_url="http://127.0.0.1:1"), 2, "make up"),
    ],
)
def test_what_aws_refuses_is_told(
    aws: Aws, admin: Signoff, failure: Exception, code: int, told: str
) -> None:
    aws.failure = failure
    result = admin("bootstrap", "--stack", "prod", "--tenant", "umbrella")
    assert result.code == code
    assert told in result.err


def test_a_function_that_fails_is_invoked_once(aws: Aws, admin: Signoff) -> None:
    aws.function_error = "Task timed out"
    result = admin("bootstrap", "--stack", "prod", "--tenant", "umbrella")
    assert result.code == 1
    assert "Task timed out" in result.err
    assert aws.invocations == 1


def test_without_credentials_it_says_so(
    signoff: Signoff, monkeypatch: pytest.MonkeyPatch, nowhere: Path, socket_disabled: None
) -> None:
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_PROFILE"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    monkeypatch.setenv("AWS_CONFIG_FILE", str(nowhere / "none"))
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", str(nowhere / "none"))
    result = signoff("bootstrap", "--stack", "prod", "--tenant", "umbrella")
    assert result.code == 3
    assert "credentials" in result.err
    unknown = signoff("bootstrap", "--stack", "prod", "--tenant", "umbrella", "--profile", "nope")
    assert unknown.code == 3
    assert "nope" in unknown.err
