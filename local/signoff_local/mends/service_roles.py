"""Services that act for us need the permissions that AWS asks for.

AWS: Step Functions invokes a function with the machine's role; who makes a machine must be
allowed to pass it that role. Lambda reads a queue or a stream, and reports to a failure queue,
with the function's role, and refuses a mapping whose role may not. EventBridge delivers to a
queue whose policy lets it; EventBridge Scheduler with a role that whoever makes the schedule must
be allowed to pass it.

Emulator: with AUTH it judges what a function calls with its role, and nothing else. A template
whose machine role names the wrong functions works here and fails on its first approval on AWS.

Not judged here either: who may call a function (AWS::Lambda::Permission), trust policies,
boundaries of encryption keys.

To see it: tests/local/test_service_roles.py. To delete when: ministack passes it.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from signoff_local import emulator
from signoff_local.mends import states_run

RELIES_ON = {
    "services.stepfunctions:_call_lambda": "25830369b126",
    "services.stepfunctions:_create_state_machine": "4bc1231dda69",
    "services.stepfunctions:_update_state_machine": "476e0deee6a3",
    "services.lambda_svc:_create_esm": "d351521bb6cd",
    "services.lambda_svc:_put_event_invoke_config": "e53a9f8cbd9c",
    "core.responses:AccountRegionScopedDict.__setitem__": "78eefcaeb701",
    "services.eventbridge:_invoke_target": "550e304af080",
    "services.scheduler:_create_schedule": "5b205607c15c",
    "services.scheduler:_update_schedule": "93f7fec4f7d8",
    "services.sqs:queue_policy_allows": "5de01aa09a4c",
    "core.iam_evaluator:evaluate": "2a5dd6932d1a",
    "core.iam_evaluator:_gather_role_policies": "d83d1661b865",
    "core.iam_evaluator:caller_arn": "8dc478d34f46",
}

READS = {
    "sqs": ("sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:GetQueueAttributes"),
    "dynamodb": ("dynamodb:GetRecords", "dynamodb:GetShardIterator", "dynamodb:DescribeStream"),
}
"""What a function's role needs to be fed by a source (Lambda developer guide, event sources)."""


def apply() -> None:
    """Judge before each of these acts."""
    _judge_machines(emulator.module("services.stepfunctions"))
    _judge_functions(emulator.module("services.lambda_svc"))
    _judge_rules(emulator.module("services.eventbridge"))
    _judge_schedules(emulator.module("services.scheduler"))


def missing(role: str, action: str, resource: str, **context: Any) -> str | None:
    """AWS's sentence for a role (ARN, or ARN of its session) that may not do something, or None."""
    judge, responses = emulator.module("core.iam_evaluator"), emulator.module("core.responses")
    account = responses.get_account_id()
    name = role.split("/")[1] if ":assumed-role/" in role else role.rpartition("/")[2]
    asked = judge.EvalContext(
        principal_arn=role,
        principal_type="AssumedRole",
        principal_account=account,
        action=action,
        resource_arn=resource,
        region=responses.get_region(),
        service_context={key.lower(): value for key, value in context.items()},
    )
    policies = judge._gather_role_policies(name, account)
    if judge.evaluate(asked, policies).decision == "Allow":
        return None
    return (
        f"User: {role} is not authorized to perform: {action} on resource: {resource} "
        f"because no identity-based policy allows the {action} action"
    )


def _judge_machines(states: Any) -> None:
    call = states._call_lambda

    def call_lambda(reference: str, event: Any) -> Any:
        role = states_run.role.get("")
        if role:
            functions = emulator.module("services.lambda_svc")
            _, config, _ = functions._get_func_record_for_ref(reference)
            denied = config and missing(role, "lambda:InvokeFunction", config["FunctionArn"])
            if denied:
                raise states._ExecutionError("Lambda.AWSLambdaException", denied)
        return call(reference, event)

    def may_pass(theirs: Callable[[dict[str, Any]], Any]) -> Callable[[dict[str, Any]], Any]:
        def act(data: dict[str, Any]) -> Any:
            caller, role = emulator.module("core.iam_evaluator").caller_arn(), data.get("roleArn")
            if role and ":assumed-role/" in caller:
                passed = {"iam:PassedToService": "states.amazonaws.com"}
                denied = missing(caller, "iam:PassRole", role, **passed)
                if denied:
                    return states.error_response_json("AccessDeniedException", denied, 400)
            return theirs(data)

        return act

    states._call_lambda = call_lambda
    states._create_state_machine = may_pass(states._create_state_machine)
    states._update_state_machine = may_pass(states._update_state_machine)


def _judge_functions(functions: Any) -> None:
    create, configure = functions._create_esm, functions._put_event_invoke_config

    def refused(function: str, source: str, settings: dict[str, Any]) -> str | None:
        """Why the role of a function may not be fed by a source or report its failures, or None."""
        record, config, _ = functions._get_func_record_for_ref(function)
        if not record or not config:
            return None  # which the emulator says itself
        needs = (
            [(action, source) for action in READS.get(source.split(":")[2], ())] if source else []
        )
        failures = (settings.get("DestinationConfig") or {}).get("OnFailure") or {}
        if ":sqs:" in failures.get("Destination", ""):
            needs.append(("sqs:SendMessage", failures["Destination"]))
        answers = (missing(config["Role"], action, resource) for action, resource in needs)
        denied = next(filter(None, answers), None)
        return denied and f"The function's execution role does not have the permission. {denied}"

    def invalid(message: str) -> Any:
        return functions.error_response_json("InvalidParameterValueException", message, 400)

    def create_mapping(data: dict[str, Any]) -> Any:
        denied = refused(data.get("FunctionName", ""), data.get("EventSourceArn", ""), data)
        return invalid(denied) if denied else create(data)

    def put_config(name: str, qualifier: str | None, data: dict[str, Any]) -> Any:
        denied = refused(name, "", data)
        return invalid(denied) if denied else configure(name, qualifier, data)

    class Mappings(emulator.module("core.responses").AccountRegionScopedDict):  # type: ignore[misc]
        """The store of mappings. CloudFormation writes into it, past the call above."""

        def __setitem__(self, key: str, mapping: dict[str, Any]) -> None:
            denied = refused(mapping["FunctionArn"], mapping["EventSourceArn"], mapping)
            if denied:
                raise ValueError(denied)
            super().__setitem__(key, mapping)

    functions._create_esm = create_mapping
    functions._put_event_invoke_config = put_config
    functions._esms = Mappings()


def _judge_rules(events: Any) -> None:
    deliver = events._invoke_target

    def invoke_target(target: dict[str, Any], event: Any, rule: Any, view: Any = None) -> None:
        queue = target.get("Arn", "")
        if queue.startswith("arn:aws:sqs:"):
            queues = emulator.module("services.sqs")
            account = emulator.module("core.responses").get_account_id()
            by_whom = ("events.amazonaws.com", rule.get("Arn", ""), account)
            if ":scheduler:" in rule.get("Arn", ""):
                denied = missing(target.get("RoleArn", ""), "sqs:SendMessage", queue)
                if denied:
                    events.logger.warning("not delivered: %s", denied)
                    return
            elif not queues.queue_policy_allows(queue, *by_whom):
                named = json.dumps([rule.get("Name"), queue])
                events.logger.warning(
                    "not delivered: the queue's policy does not let it: %s", named
                )
                return
        deliver(target, event, rule, view)

    events._invoke_target = invoke_target


def _judge_schedules(scheduler: Any) -> None:
    create, update = scheduler._create_schedule, scheduler._update_schedule

    def may_pass(theirs: Callable[[str, dict[str, Any]], Any]) -> Callable[..., Any]:
        def act(name: str, body: dict[str, Any]) -> Any:
            caller = emulator.module("core.iam_evaluator").caller_arn()
            role = (body.get("Target") or {}).get("RoleArn")
            if role and ":assumed-role/" in caller:
                passed = {"iam:PassedToService": "scheduler.amazonaws.com"}
                denied = missing(caller, "iam:PassRole", role, **passed)
                if denied:
                    return scheduler._error(403, "AccessDeniedException", denied)
            return theirs(name, body)

        return act

    scheduler._create_schedule = may_pass(create)
    scheduler._update_schedule = may_pass(update)
