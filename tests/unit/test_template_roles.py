"""What template.yaml promises of permissions: none wider than what is done with it."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.support import sam

# Actions that AWS lets nobody scope to a resource. Everything else names one.
UNSCOPED = {
    "xray:PutTraceSegments": "X-Ray has no resources for segments",
    "xray:PutTelemetryRecords": "X-Ray has no resources for telemetry",
    "xray:GetSamplingRules": "Step Functions reads them for the account",
    "xray:GetSamplingTargets": "Step Functions reads them for the account",
    "states:SendTaskSuccess": "a token is the only thing named, and it is a secret",
    "states:SendTaskFailure": "a token is the only thing named, and it is a secret",
    "logs:CreateLogDelivery": "vended logs have no resources",
    "logs:GetLogDelivery": "vended logs have no resources",
    "logs:UpdateLogDelivery": "vended logs have no resources",
    "logs:DeleteLogDelivery": "vended logs have no resources",
    "logs:ListLogDeliveries": "vended logs have no resources",
    "logs:PutResourcePolicy": "vended logs have no resources",
    "logs:DescribeResourcePolicies": "vended logs have no resources",
    "logs:DescribeLogGroups": "vended logs have no resources",
}
# The names within our stack that a resource may leave open, and why it must.
OPEN_ENDED = (
    ":stateMachine:${AWS::StackName}-*",  # machines are made when a definition is published
    ":execution:${AWS::StackName}-*",
    "${DocumentsBucket.Arn}/content/*",  # an object's name has a tenant and a document in it
    "${DocumentsBucket.Arn}/incoming/*",
    "${HistoryTable.Arn}/stream/*",  # a stream's name is its creation date
    ":${AWS::AccountId}:identity/*",  # the sender's domain or address, as it was verified in SES
    ":schedule/${Timers}/*",  # a schedule is made when a task opens
)

# Roles that no function has: they are lent to a service.
PASSED = {"MachineRole": "states.amazonaws.com", "TimerRole": "scheduler.amazonaws.com"}

DYNAMODB_READS = {"dynamodb:GetItem", "dynamodb:BatchGetItem", "dynamodb:Query"}
S3_READS = {"s3:GetObject"}
STREAM_READS = {
    "dynamodb:DescribeStream",
    "dynamodb:GetRecords",
    "dynamodb:GetShardIterator",
    "dynamodb:ListStreams",
}
# Writing where keys are noted as used, and nowhere else.
NOTING_KEYS = {"ForAllValues:StringLike": {"dynamodb:LeadingKeys": ["KEYUSED#*"]}}
OBSERVING = {
    "logs:CreateLogStream",
    "logs:PutLogEvents",
    "xray:PutTraceSegments",
    "xray:PutTelemetryRecords",
}

ROLES = sorted(sam.resources("AWS::IAM::Role"))
API = sam.functions_in("api")
STEPS = sam.functions_in("steps")
WORKERS = sam.functions_in("workers")


def method_of(function: str) -> str:
    """The HTTP method that reaches an API function; the fallback has none."""
    route: dict[str, Any] = sam.template()["Resources"][function]["Properties"]["Events"]
    return str(next(iter(route.values()))["Properties"].get("Method", ""))


def reads_keys(function: str) -> bool:
    """Whether an API function authenticates: it reads the state table, and serves no links."""
    allowed = sam.actions(sam.role_of(sam.functions()[function]))
    return "dynamodb:GetItem" in allowed and "kms:VerifyMac" not in allowed


@pytest.mark.parametrize("role", ROLES)
def test_no_action_is_a_wildcard(role: str) -> None:
    assert not [action for action in sam.actions(role) if "*" in action]


@pytest.mark.parametrize("role", ROLES)
def test_a_resource_is_open_only_where_aws_knows_no_narrower_one(role: str) -> None:
    for statement in sam.statements(role):
        if "*" in statement.resources:
            assert set(statement.actions) <= set(UNSCOPED)
        for resource in statement.resources:
            text = json.dumps(resource)
            if "*" in text and resource != "*":
                assert any(pattern in text for pattern in OPEN_ENDED), resource


@pytest.mark.parametrize("role", ROLES)
def test_no_role_changes_history(role: str) -> None:
    allowed = {"dynamodb:PutItem", "dynamodb:Query", "dynamodb:BatchGetItem"} | STREAM_READS
    for statement in sam.statements(role):
        if "HistoryTable" in json.dumps(statement.resources):
            assert set(statement.actions) <= allowed


@pytest.mark.parametrize("role", ROLES)
def test_roles_are_made_of_our_own_policies_only(role: str) -> None:
    managed = sam.resources("AWS::IAM::Role")[role].get("ManagedPolicyArns", [])
    assert all(set(each) == {"Ref"} for each in managed), "AWS's own policies are wider than needed"


def test_every_role_is_used_and_every_function_has_one_of_them() -> None:
    used = {sam.role_of(function) for function in sam.functions().values()}
    assert used | set(PASSED) == set(ROLES)


@pytest.mark.parametrize("function", STEPS + WORKERS)
def test_a_step_or_worker_shares_its_role_with_nothing(function: str) -> None:
    role = sam.role_of(sam.functions()[function])
    assert [name for name, each in sam.functions().items() if sam.role_of(each) == role] == [
        function
    ]


@pytest.mark.parametrize("function", [name for name in API if method_of(name) == "GET"])
def test_what_only_reads_may_only_read(function: str) -> None:
    role = sam.role_of(sam.functions()[function])
    statements = [each for each in sam.statements(role) if each.condition != NOTING_KEYS]
    actions = {action for each in statements for action in each.actions}
    assert actions <= OBSERVING | DYNAMODB_READS | S3_READS | {"kms:VerifyMac"}


@pytest.mark.parametrize("function", [name for name in API if reads_keys(name)])
def test_what_takes_keys_may_note_their_use(function: str) -> None:
    role = sam.role_of(sam.functions()[function])
    noting = [each for each in sam.statements(role) if "dynamodb:UpdateItem" in each.actions]
    assert noting, "its role needs NoteKeyUse"
    assert all(each.condition in (NOTING_KEYS, None) for each in noting)


def test_the_fallback_touches_no_data() -> None:
    assert sam.actions("FallbackRole") == OBSERVING


@pytest.mark.parametrize("role", ROLES)
def test_a_role_may_be_passed_only_to_the_service_that_it_is_for(role: str) -> None:
    for statement in sam.statements(role):
        if "iam:PassRole" in statement.actions:
            ((passed, _),) = [resource["Fn::GetAtt"] for resource in statement.resources]
            wanted = {"StringEquals": {"iam:PassedToService": PASSED[passed]}}
            assert statement.condition == wanted


def test_only_the_worker_that_makes_timers_passes_theirs() -> None:
    passing = [role for role in ROLES if "TimerRole" in json.dumps(passed_by(role))]
    assert passing == ["ArmTimersRole"]


def passed_by(role: str) -> list[Any]:
    """What a role may pass."""
    allowed = sam.statements(role)
    return [each.resources for each in allowed if "iam:PassRole" in each.actions]


def test_a_timer_may_put_a_message_into_its_queue_and_nothing_else() -> None:
    assert sam.actions("TimerRole") == {"sqs:SendMessage"}
    trusted = sam.resources("AWS::IAM::Role")["TimerRole"]["AssumeRolePolicyDocument"]
    (statement,) = trusted["Statement"]
    assert statement["Principal"] == {"Service": "scheduler.amazonaws.com"}
    assert statement["Condition"]["StringEquals"]["aws:SourceArn"] == {
        "Fn::GetAtt": ["Timers", "Arn"]
    }


def test_a_machine_may_invoke_the_steps_and_nothing_else() -> None:
    invoked = [
        resource
        for statement in sam.statements("MachineRole")
        if "lambda:InvokeFunction" in statement.actions
        for resource in statement.resources
    ]
    assert sorted(map(str, invoked)) == sorted(str(sam.arn_of(step)) for step in STEPS)


@pytest.mark.parametrize("function", API)
def test_no_endpoint_opens_a_secret(function: str) -> None:
    assert "kms:Decrypt" not in sam.actions(sam.role_of(sam.functions()[function]))


def test_who_believes_links_cannot_make_any() -> None:
    """And who shows them cannot write: not even a link that a program opens can come to decide."""
    checking = {role for role in ROLES if "kms:VerifyMac" in sam.actions(role)}
    writers = {"LinkDecisionRole", "LinkChoiceRole"}
    assert checking == {"LinkReadRole", "LinkDocumentRole"} | writers
    assert not [role for role in checking if "kms:GenerateMac" in sam.actions(role)]
    writing = {role for role in checking if "dynamodb:PutItem" in sam.actions(role)}
    assert writing == writers
    write = [name for name in API if sam.role_of(sam.functions()[name]) in writers]
    assert [method_of(name) for name in write] == ["POST"] * 2


def test_only_audits_search_the_history_of_everything() -> None:
    searching = {
        role
        for role in ROLES
        for statement in sam.statements(role)
        if "HistoryTable.Arn}/index" in json.dumps(statement.resources)
    }
    assert searching == {"AdminAuditRole"}
    functions = {sam.role_of(each): name for name, each in sam.functions().items()}
    assert functions["AdminAuditRole"] == "SearchAudit"
