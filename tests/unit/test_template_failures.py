"""What template.yaml promises of failures: none without a trace or an alarm."""

from __future__ import annotations

import json

import pytest

from signoff.entrypoints.poison import MOST_RECEIVES
from signoff.entrypoints.worker import scheduled_worker
from tests.support import sam
from tests.support.gateway import Context

WORKERS = sam.functions_in("workers")

ASYNCHRONOUS_SOURCES = {"events.amazonaws.com", "s3.amazonaws.com", "sns.amazonaws.com"}


def asynchronous_functions() -> set[str]:
    """The functions that something calls without waiting for an answer."""
    return {
        permission["FunctionName"]["Ref"]
        for permission in sam.resources("AWS::Lambda::Permission").values()
        if permission["Principal"] in ASYNCHRONOUS_SOURCES
    }


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
