"""What template.yaml promises of functions, logs, what is kept, and its own size."""

from __future__ import annotations

import re
from types import ModuleType

import pytest

from signoff.documents.content import DELETED, PENDING
from signoff.storage import store, trail
from signoff.storage.table import Index
from tests.support import sam

FUNCTIONS = sorted(sam.functions())
API = sam.functions_in("api")
STEPS = sam.functions_in("steps")

# Whole files are read or copied there, of up to 5 GB; everything else ends within a minute.
LONG = {"ProcessUpload", "SettleContent"}


def test_only_tasks_with_a_deadline_wake_the_worker_that_makes_timers() -> None:
    rule = sam.resources("AWS::Events::Rule")["TimerChangesRule"]
    assert rule["EventPattern"]["detail"] == {"dueat": [{"exists": True}]}
    assert rule["Targets"][0]["DeadLetterConfig"]


@pytest.mark.parametrize("function", FUNCTIONS)
def test_every_function_that_opens_tasks_knows_how_fast_deadlines_are(function: str) -> None:
    variables = sam.functions()[function]["Environment"]["Variables"]
    assert variables["SLA_TIME_SCALE"] == {"Ref": "SlaTimeScale"}
    assert sam.template()["Parameters"]["SlaTimeScale"]["Default"] == 1


@pytest.mark.parametrize("function", FUNCTIONS)
def test_a_function_knows_what_a_machine_is_made_of(function: str) -> None:
    variables = sam.functions()[function]["Environment"]["Variables"]
    told = {name: value for name, value in variables.items() if name.startswith("STEP_")}
    assert told == {
        f"STEP_{re.sub('(?<!^)(?=[A-Z])', '_', step).upper()}_ARN": sam.arn_of(step)
        for step in STEPS
    }
    assert variables["MACHINE_ROLE_ARN"] == {"Fn::GetAtt": ["MachineRole", "Arn"]}
    assert variables["MACHINE_LOG_GROUP_ARN"] == {"Fn::GetAtt": ["MachineLogs", "Arn"]}


@pytest.mark.parametrize("function", FUNCTIONS)
def test_a_function_is_bounded_traced_and_logs_to_its_face(function: str) -> None:
    properties = sam.functions()[function]
    assert 0 < properties["Timeout"] <= (900 if function in LONG else 60)
    assert properties["MemorySize"] >= 512
    assert properties["TracingConfig"] == {"Mode": "Active"}
    # The translator appends a hash of the layer to its name.
    for layer, name in zip(properties["Layers"], ("DependenciesLayer", "CoreLayer"), strict=True):
        assert layer["Ref"].startswith(name)
    logging = properties["LoggingConfig"]
    assert logging["LogFormat"] == "JSON"
    written = {
        resource["Fn::GetAtt"][0]
        for statement in sam.statements(sam.role_of(properties))
        if "logs:PutLogEvents" in statement.actions
        for resource in statement.resources
    }
    assert written == {logging["LogGroup"]["Ref"]}


@pytest.mark.parametrize("function", API)
def test_an_endpoint_ends_before_the_gateway_gives_up(function: str) -> None:
    # HTTP API quota "Maximum integration timeout": 30 s.
    assert sam.functions()[function]["Timeout"] < 30


@pytest.mark.parametrize("function", FUNCTIONS)
def test_a_function_knows_the_tables_the_bus_and_its_stack(function: str) -> None:
    variables = sam.functions()[function]["Environment"]["Variables"]
    assert variables["STATE_TABLE"] == {"Ref": "StateTable"}
    assert variables["HISTORY_TABLE"] == {"Ref": "HistoryTable"}
    assert variables["EVENT_BUS"] == {"Ref": "EventBus"}
    assert variables["STACK_NAME"] == {"Ref": "AWS::StackName"}
    assert "AWS_ENDPOINT_URL" not in variables


def test_only_ends_that_need_reconciling_of_our_own_machines_are_listened_to() -> None:
    rule = sam.resources("AWS::Events::Rule")["ExecutionEndsRule"]
    detail = rule["EventPattern"]["detail"]
    assert detail["status"] == ["FAILED", "TIMED_OUT", "ABORTED"]
    prefix = detail["stateMachineArn"][0]["prefix"]["Fn::Sub"]
    assert prefix.endswith(":stateMachine:${AWS::StackName}-")
    assert rule["Targets"][0]["DeadLetterConfig"]


@pytest.mark.parametrize("table", ["StateTable", "HistoryTable"])
def test_a_table_can_be_restored_and_is_hard_to_lose(table: str) -> None:
    properties = sam.resources("AWS::DynamoDB::Table")[table]
    assert properties["PointInTimeRecoverySpecification"] == {"PointInTimeRecoveryEnabled": True}
    assert properties["SSESpecification"] == {"SSEEnabled": True}
    assert properties["DeletionProtectionEnabled"] == {"Ref": "DeletionProtection"}
    assert properties["BillingMode"] == "PAY_PER_REQUEST"
    assert sam.template()["Parameters"]["DeletionProtection"]["Default"] == "true"
    assert sam.translated()["Resources"][table]["UpdateReplacePolicy"] == "Retain"


def test_the_user_pool_is_as_hard_to_lose_as_the_tables() -> None:
    pool = sam.resources("AWS::Cognito::UserPool")["UserPool"]
    assert pool["DeletionProtection"] == {"Fn::If": ["IsProtected", "ACTIVE", "INACTIVE"]}
    assert sam.translated()["Resources"]["UserPool"]["UpdateReplacePolicy"] == "Retain"


def test_nobody_signs_up_and_nobody_signs_in_past_the_page() -> None:
    pool = sam.resources("AWS::Cognito::UserPool")["UserPool"]
    assert pool["AdminCreateUserConfig"] == {"AllowAdminCreateUserOnly": True}
    client = sam.resources("AWS::Cognito::UserPoolClient")["UserPoolClient"]
    assert client["AllowedOAuthFlows"] == ["code"]
    assert client["RefreshTokenRotation"] == {"Feature": "ENABLED", "RetryGracePeriodSeconds": 0}
    assert client["ExplicitAuthFlows"]["Fn::If"][2] == ["ALLOW_USER_SRP_AUTH"]
    assert sam.template()["Parameters"]["PasswordSignIn"]["Default"] == "false"


def test_the_stream_of_history_carries_the_entries() -> None:
    history = sam.resources("AWS::DynamoDB::Table")["HistoryTable"]
    assert history["StreamSpecification"] == {"StreamViewType": "NEW_IMAGE"}
    assert "TimeToLiveSpecification" not in history


@pytest.mark.parametrize(("table", "module"), [("StateTable", store), ("HistoryTable", trail)])
def test_the_indexes_are_the_ones_that_the_code_queries(table: str, module: ModuleType) -> None:
    declared = {
        index["IndexName"]: tuple(key["AttributeName"] for key in index["KeySchema"])
        for index in sam.resources("AWS::DynamoDB::Table")[table]["GlobalSecondaryIndexes"]
    }
    queried = {
        index.name: (index.partition, index.sort)
        for index in vars(module).values()
        if isinstance(index, Index)
    }
    assert declared == queried


def test_no_log_names_the_path_of_a_link() -> None:
    stage = sam.resources("AWS::ApiGatewayV2::Stage")
    for each in stage.values():
        logged = each["AccessLogSettings"]["Format"]
        assert "$context.path" not in logged
        assert "$context.routeKey" in logged


def test_content_is_private_encrypted_and_hard_to_lose() -> None:
    bucket = sam.resources("AWS::S3::Bucket")["DocumentsBucket"]
    assert set(bucket["PublicAccessBlockConfiguration"].values()) == {True}
    assert bucket["BucketEncryption"]
    assert bucket["OwnershipControls"] == {"Rules": [{"ObjectOwnership": "BucketOwnerEnforced"}]}
    for policy in ("DeletionPolicy", "UpdateReplacePolicy"):
        assert sam.translated()["Resources"]["DocumentsBucket"][policy] == "Retain"
    [statement] = sam.resources("AWS::S3::BucketPolicy")["DocumentsBucketPolicy"]["PolicyDocument"][
        "Statement"
    ]
    assert (statement["Effect"], statement["Principal"]) == ("Deny", "*")
    assert statement["Condition"] == {"Bool": {"aws:SecureTransport": "false"}}


def test_nothing_that_was_committed_is_cleared_away() -> None:
    rules = sam.resources("AWS::S3::Bucket")["DocumentsBucket"]["LifecycleConfiguration"]["Rules"]
    by_prefix = {rule["Prefix"] for rule in rules if "TagFilters" not in rule}
    by_tag = {(tag["Key"], tag["Value"]) for rule in rules for tag in rule.get("TagFilters", [])}
    assert by_prefix == {"incoming/"}
    assert by_tag == {("state", PENDING), ("state", DELETED)}
    # What would have committed it is kept as long, for somebody to send again.
    pending = next(rule for rule in rules if rule["Id"] == "pending")
    queue = sam.resources("AWS::SQS::Queue")["SettleContentFailures"]
    assert pending["ExpirationInDays"] * 86400 >= queue["MessageRetentionPeriod"]


def test_no_log_is_kept_for_ever() -> None:
    for group in sam.resources("AWS::Logs::LogGroup").values():
        assert group["RetentionInDays"] == {"Ref": "LogRetentionDays"}


@pytest.mark.parametrize(
    ("address", "is_taken"),
    [
        ("", True),
        ("https://approvals.example.com", True),
        ("https://example.com/approvals", True),
        ("http://127.0.0.1:4566", True),
        ("http://localhost:4566/x", True),
        ("http://approvals.example.com", False),
        ("http://127.0.0.1.example.com", False),
        ("https://example.com?a=b", False),
    ],
)
def test_a_link_that_decides_travels_encrypted(address: str, is_taken: bool) -> None:
    pattern = sam.template()["Parameters"]["PublicUrl"]["AllowedPattern"]
    assert bool(re.fullmatch(pattern, address)) is is_taken


def test_the_stack_stays_well_below_what_cloudformation_takes() -> None:
    # 500 resources (CloudFormation User Guide, quotas); docs/adr/0008-one-template-still.md.
    assert len(sam.translated()["Resources"]) <= 450
