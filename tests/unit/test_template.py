"""What template.yaml promises of permissions, failures, limits and logs, for every resource."""

from __future__ import annotations

import json
import re
from types import ModuleType
from typing import Any

import pytest

from signoff.documents.content import DELETED, PENDING
from signoff.entrypoints.poison import MOST_RECEIVES
from signoff.entrypoints.worker import scheduled_worker
from signoff.storage import store, trail
from signoff.storage.table import Index
from tests.support import sam
from tests.support.gateway import Context

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
# Whole files are read or copied there, of up to 5 GB; everything else ends within a minute.
LONG = {"ProcessUpload", "SettleContent"}
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
ASYNCHRONOUS_SOURCES = {"events.amazonaws.com", "s3.amazonaws.com", "sns.amazonaws.com"}

ROLES = sorted(sam.resources("AWS::IAM::Role"))
FUNCTIONS = sorted(sam.functions())


def folder_of(function: str) -> str:
    """The folder of a function's handler: api, steps, workers or operations."""
    return str(sam.functions()[function]["Handler"]).split(".")[0]


API = [name for name in FUNCTIONS if folder_of(name) == "api"]
STEPS = [name for name in FUNCTIONS if folder_of(name) == "steps"]
WORKERS = [name for name in FUNCTIONS if folder_of(name) == "workers"]


def method_of(function: str) -> str:
    """The HTTP method that reaches an API function; the fallback has none."""
    route: dict[str, Any] = sam.template()["Resources"][function]["Properties"]["Events"]
    return str(next(iter(route.values()))["Properties"].get("Method", ""))


def reads_keys(function: str) -> bool:
    """Whether an API function authenticates: it reads the state table, and serves no links."""
    allowed = sam.actions(sam.role_of(sam.functions()[function]))
    return "dynamodb:GetItem" in allowed and "kms:VerifyMac" not in allowed


def asynchronous_functions() -> set[str]:
    """The functions that something calls without waiting for an answer."""
    return {
        permission["FunctionName"]["Ref"]
        for permission in sam.resources("AWS::Lambda::Permission").values()
        if permission["Principal"] in ASYNCHRONOUS_SOURCES
    }


# ---------------------------------------------------------------------- permissions


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


def test_only_tasks_with_a_deadline_wake_the_worker_that_makes_timers() -> None:
    rule = sam.resources("AWS::Events::Rule")["TimerChangesRule"]
    assert rule["EventPattern"]["detail"] == {"dueat": [{"exists": True}]}
    assert rule["Targets"][0]["DeadLetterConfig"]


@pytest.mark.parametrize("function", FUNCTIONS)
def test_every_function_that_opens_tasks_knows_how_fast_deadlines_are(function: str) -> None:
    variables = sam.functions()[function]["Environment"]["Variables"]
    assert variables["SLA_TIME_SCALE"] == {"Ref": "SlaTimeScale"}
    assert sam.template()["Parameters"]["SlaTimeScale"]["Default"] == 1


def test_a_machine_may_invoke_the_steps_and_nothing_else() -> None:
    invoked = [
        resource
        for statement in sam.statements("MachineRole")
        if "lambda:InvokeFunction" in statement.actions
        for resource in statement.resources
    ]
    assert sorted(map(str, invoked)) == sorted(str(arn_of(step)) for step in STEPS)


@pytest.mark.parametrize("function", FUNCTIONS)
def test_a_function_knows_what_a_machine_is_made_of(function: str) -> None:
    variables = sam.functions()[function]["Environment"]["Variables"]
    told = {name: value for name, value in variables.items() if name.startswith("STEP_")}
    assert told == {
        f"STEP_{re.sub('(?<!^)(?=[A-Z])', '_', step).upper()}_ARN": arn_of(step) for step in STEPS
    }
    assert variables["MACHINE_ROLE_ARN"] == {"Fn::GetAtt": ["MachineRole", "Arn"]}
    assert variables["MACHINE_LOG_GROUP_ARN"] == {"Fn::GetAtt": ["MachineLogs", "Arn"]}


def arn_of(step: str) -> dict[str, str]:
    """The ARN of a step's function, made of the name that the template gives it."""
    name = sam.functions()[step]["FunctionName"]["Fn::Sub"]
    prefix = "arn:${AWS::Partition}:lambda:${AWS::Region}:${AWS::AccountId}:function:"
    return {"Fn::Sub": prefix + name}


@pytest.mark.parametrize("function", API)
def test_no_endpoint_opens_a_secret(function: str) -> None:
    assert "kms:Decrypt" not in sam.actions(sam.role_of(sam.functions()[function]))


# ---------------------------------------------------------------------- functions


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


# ---------------------------------------------------------------------- failures


def test_the_schedules_call_the_sweeps() -> None:
    assert asynchronous_functions() == {"SweepNudges", "SweepDeliveries"}


@pytest.mark.parametrize("function", sorted(asynchronous_functions()))
def test_an_asynchronous_call_that_fails_leaves_something_behind(function: str) -> None:
    configured = [
        each
        for each in sam.resources("AWS::Lambda::EventInvokeConfig").values()
        if each["FunctionName"] == {"Ref": function}
    ]
    assert len(configured) == 1
    queue = configured[0]["DestinationConfig"]["OnFailure"]["Destination"]["Fn::GetAtt"][0]
    assert may_send(function, queue)


def test_a_batch_that_fails_leaves_something_behind() -> None:
    queues = sam.resources("AWS::SQS::Queue")
    mappings = sam.resources("AWS::Lambda::EventSourceMapping")
    fed = {each["FunctionName"]["Ref"] for each in mappings.values()}
    assert fed == set(WORKERS) - asynchronous_functions()
    for mapping in mappings.values():
        function = mapping["FunctionName"]["Ref"]
        assert mapping["FunctionResponseTypes"] == ["ReportBatchItemFailures"]
        source, attribute = mapping["EventSourceArn"]["Fn::GetAtt"]
        if attribute == "StreamArn":
            assert mapping["BisectBatchOnFunctionError"] is True
            assert mapping["MaximumRetryAttempts"] > 0
            # DynamoDB keeps a stream record 24 h.
            assert 0 < mapping["MaximumRecordAgeInSeconds"] < 86400
            target = mapping["DestinationConfig"]["OnFailure"]["Destination"]["Fn::GetAtt"][0]
            assert may_send(function, target)
        else:
            policy = queues[source]["RedrivePolicy"]
            assert policy["maxReceiveCount"] == MOST_RECEIVES
            # The worker puts aside with a reason what the queue would put aside without one.
            aside = policy["deadLetterTargetArn"]["Fn::GetAtt"][0]
            variables = sam.functions()[function]["Environment"]["Variables"]
            assert variables.get("DEAD_LETTERS_URL") == {"Ref": aside}, f"{function} needs it"
            assert may_send(function, aside), f"the role of {function} may not send to {aside}"
            # It says itself when a message that failed comes again.
            assert may(function, "sqs:GetQueueUrl", source)
            assert may(function, "sqs:ChangeMessageVisibility", source)
            # Lambda's guide asks for six times the timeout, so that no message is in two hands.
            timeout = sam.functions()[function]["Timeout"]
            assert queues[source]["VisibilityTimeout"] >= 6 * timeout


def may_send(function: str, queue: str) -> bool:
    """Whether a function's role may put messages into a queue."""
    return may(function, "sqs:SendMessage", queue)


def may(function: str, action: str, queue: str) -> bool:
    """Whether a function's role may do that to a queue."""
    role = sam.role_of(sam.functions()[function])
    return any(
        action in statement.actions and {"Fn::GetAtt": [queue, "Arn"]} in statement.resources
        for statement in sam.statements(role)
    )


def test_only_ends_that_need_reconciling_of_our_own_machines_are_listened_to() -> None:
    rule = sam.resources("AWS::Events::Rule")["ExecutionEndsRule"]
    detail = rule["EventPattern"]["detail"]
    assert detail["status"] == ["FAILED", "TIMED_OUT", "ABORTED"]
    prefix = detail["stateMachineArn"][0]["prefix"]["Fn::Sub"]
    assert prefix.endswith(":stateMachine:${AWS::StackName}-")
    assert rule["Targets"][0]["DeadLetterConfig"]


def test_what_goes_wrong_raises_an_alarm_that_somebody_can_hear() -> None:
    alarms = sam.resources("AWS::CloudWatch::Alarm").values()
    for alarm in alarms:
        assert alarm["AlarmActions"] == [{"Ref": "AlarmTopic"}]
    of_something = [alarm for alarm in alarms if "Dimensions" in alarm]
    watched = [(alarm["MetricName"], alarm["Dimensions"][0]["Value"]) for alarm in of_something]
    for worker in WORKERS:
        assert ("Errors", {"Ref": worker}) in watched
    for queue in sam.resources("AWS::SQS::Queue"):
        assert {"Fn::GetAtt": [queue, "QueueName"]} in [value for _, value in watched]
    assert ("5xx", {"Ref": "HttpApi"}) in watched
    assert ("IteratorAge", {"Ref": "PublishEvents"}) in watched


@pytest.mark.parametrize(
    ("worker", "operation"),
    [("SweepNudges", "sweepNudges"), ("SweepDeliveries", "sweepDeliveries")],
)
def test_what_a_sweep_could_not_do_raises_an_alarm(
    worker: str,
    operation: str,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """What it counts as failed is what the alarm looks at, to the last dimension."""
    names = sam.template()["Globals"]["Function"]["Environment"]["Variables"]
    for name in ("POWERTOOLS_SERVICE_NAME", "POWERTOOLS_METRICS_NAMESPACE"):
        monkeypatch.setenv(name, names[name])
    scheduled_worker(operation, lambda _deadline: {"sent": 3, "failed": 1})({}, Context())
    told = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    (metric,) = [each for each in told if "_aws" in each]
    (made,) = metric["_aws"]["CloudWatchMetrics"]
    alarm = sam.resources("AWS::CloudWatch::Alarm")[f"{worker}PartsAlarm"]
    assert alarm["Namespace"] == made["Namespace"]
    assert alarm["MetricName"] == made["Metrics"][0]["Name"]
    looked_at = {each["Name"]: each["Value"] for each in alarm["Dimensions"]}
    assert looked_at == {name: metric[name] for name in made["Dimensions"][0]}
    handler = sam.functions()[worker]["Handler"].split(".")[:-1]
    module = sam.ROOT.joinpath("functions", *handler).with_suffix(".py")
    assert f'scheduled_worker("{operation}"' in module.read_text()


def test_who_waits_for_something_new_does_not_make_the_api_look_slow() -> None:
    alarm = sam.resources("AWS::CloudWatch::Alarm")["ApiLatencyAlarm"]
    pattern = sam.resources("AWS::Logs::MetricFilter")["CallTimes"]
    (written,) = pattern["MetricTransformations"]
    assert (alarm["Namespace"], alarm["MetricName"], alarm["ExtendedStatistic"]) == (
        written["MetricNamespace"],
        written["MetricName"],
        "p95",
    )
    written_down = sam.template()["Resources"]
    route = written_down["FollowInstance"]["Properties"]["Events"]["Route"]["Properties"]
    assert f'$.route != "{route["Method"]} {route["Path"]}"' in pattern["FilterPattern"]
    # A number in the log, for the pattern to compare.
    log = written_down["HttpApi"]["Properties"]["AccessLogSettings"]["Format"]
    assert '"milliseconds":$context.responseLatency,' in log


# ---------------------------------------------------------------------- what is kept


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


def test_who_believes_links_cannot_make_any() -> None:
    """And who shows them cannot write: not even a link that a program opens can come to decide."""
    checking = {role for role in ROLES if "kms:VerifyMac" in sam.actions(role)}
    assert checking == {"LinkReadRole", "LinkDocumentRole", "LinkDecisionRole"}
    assert not [role for role in checking if "kms:GenerateMac" in sam.actions(role)]
    writing = {role for role in checking if "dynamodb:PutItem" in sam.actions(role)}
    assert writing == {"LinkDecisionRole"}
    (decides,) = [name for name in API if sam.role_of(sam.functions()[name]) == "LinkDecisionRole"]
    assert method_of(decides) == "POST"


def test_no_log_names_the_path_of_a_link() -> None:
    stage = sam.resources("AWS::ApiGatewayV2::Stage")
    for each in stage.values():
        logged = each["AccessLogSettings"]["Format"]
        assert "$context.path" not in logged
        assert "$context.routeKey" in logged


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


# ---------------------------------------------------------------------- size


def test_the_stack_stays_well_below_what_cloudformation_takes() -> None:
    # 500 resources (CloudFormation User Guide, quotas); docs/adr/0008-one-template-still.md.
    assert len(sam.translated()["Resources"]) <= 450
