"""State machines of published definitions: their names, and how they come to be.

A machine is made under a name that only its definition has, by a call that may be repeated: what a
crash left behind is taken over. Executions run on published machine versions, which never change,
so it does no harm that a publication which lost a race has left one more.
"""

import logging
import os
import random
import re
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from botocore.exceptions import ClientError

from signoff.errors import Busy, Conflict, Invalid
from signoff.memory import Memory
from signoff.storage.clients import client

if TYPE_CHECKING:
    from signoff.definitions.head import PublishedVersion

_log = logging.getLogger(__name__)

# The resume machines that this container has seen to.
_twins: Memory[None] = Memory(256, 3600)

# CreateStateMachine (AWS Step Functions API reference): a name has at most 80 characters.
MAX_NAME = 80
# ``-v<six digits>-RESUME``: every version's twin must have a name as well.
_TWIN_SUFFIX_LENGTH = len("-v999999-RESUME")

_ATTEMPTS = 5
_PAUSE = 0.2  # seconds, doubled each time, with jitter
# Somebody else is changing this very machine, or Step Functions is busy.
_REPEATABLE = {"ConflictException", "ThrottlingException", "StateMachineDeleting"}
_ROLE_ARN = re.compile(r"arn:(?P<partition>[\w-]+):iam::(?P<account>\d{12}):role/.+")


@dataclass(frozen=True)
class Stack:
    """What a machine needs to know of the stack that runs it."""

    name: str
    role_arn: str
    log_group_arn: str | None
    step_arns: dict[str, str]


# Placeholder in a compiled machine → the environment variable with the function's ARN.
_STEP_VARIABLES = {
    "OpenTasks": "STEP_OPEN_TASKS_ARN",
    "EnterStep": "STEP_ENTER_STEP_ARN",
    "EnterWait": "STEP_ENTER_WAIT_ARN",
    "Notify": "STEP_NOTIFY_ARN",
    "CallIntegration": "STEP_CALL_INTEGRATION_ARN",
    "StartChild": "STEP_START_CHILD_ARN",
    "FinishRun": "STEP_FINISH_RUN_ARN",
}


def this_stack() -> Stack:
    """The stack of this function, from its environment. Raises KeyError where it is not set."""
    return Stack(
        name=os.environ["STACK_NAME"],
        role_arn=os.environ["MACHINE_ROLE_ARN"],
        log_group_arn=os.environ.get("MACHINE_LOG_GROUP_ARN") or None,
        step_arns={name: os.environ[variable] for name, variable in _STEP_VARIABLES.items()},
    )


def machine_name(stack: str, tenant: str, key: str) -> str:
    """The name of a definition's machine.

    Neither a stack's name nor a tenant's slug has an underscore, so the first one ends the tenant:
    ``a-b`` with ``c`` and ``a`` with ``b-c`` are two machines. Raises Invalid where it is too long.
    """
    name = f"{stack}-{tenant}_{key}"
    room = MAX_NAME - _TWIN_SUFFIX_LENGTH
    if len(name) > room:
        longest = room - len(f"{stack}-{tenant}_")
        raise Invalid(
            f"The key has {len(key)} characters; beside the names of this stack and tenant there "
            f"is room for {max(longest, 0)}",
            field="key",
        )
    return name


def twin_name(stack: str, tenant: str, key: str, version: int) -> str:
    """The name of a version's resume machine. Keys are lower case, so no definition has it."""
    return f"{machine_name(stack, tenant, key)}-v{version}-RESUME"


def publish_machine(stack: Stack, name: str, asl: str, description: str) -> str:
    """Make ``asl`` the newest published version of the machine ``name``; answers the version's ARN.

    ``asl`` still has its placeholders. Raises Invalid (Step Functions refuses it), Conflict (no
    room for more machines or versions), Busy.
    """
    answer = _write(stack, name, asl, {"publish": True, "versionDescription": description[:256]})
    return str(answer["stateMachineVersionArn"])


def resume_machine(published: "PublishedVersion", tenant: str) -> str:
    """The ARN of the machine on which runs of a version go on from a step; made when first needed.

    Asks Step Functions once per container and version.
    """
    # Imported here: few containers ever resume a run, and none should wait for a compiler.
    from signoff.compiler import compile_resume
    from signoff.definition.model import Definition

    stack = this_stack()
    name = twin_name(stack.name, tenant, published.key, published.version)
    if _twins.find(name) is None:
        definition = Definition.model_validate(published.document)
        _write(stack, name, compile_resume(definition, published.version).to_json(), {})
        _twins.keep(name, None)
    return _arn(stack, name)


def forget_twins() -> None:
    """Empty the container's memory of the resume machines it has seen to."""
    _twins.clear()


def _write(stack: Stack, name: str, asl: str, publication: dict[str, Any]) -> dict[str, Any]:
    """Update the machine, or create it where there is none; repeated while others do the same."""
    from signoff.compiler import substitute

    shared = _settings(stack) | publication | {"definition": substitute(asl, stack.step_arns)}
    states = client("stepfunctions")
    for attempt in range(_ATTEMPTS):
        try:
            return dict(states.update_state_machine(stateMachineArn=_arn(stack, name), **shared))
        except ClientError as error:
            code = error.response["Error"]["Code"]
            if code != "StateMachineDoesNotExist":
                _judge(error, code, attempt)
                continue
        try:
            return dict(states.create_state_machine(name=name, tags=_tags(stack), **shared))
        except ClientError as error:
            # Created by somebody else in between: the next round updates it.
            _judge(error, error.response["Error"]["Code"], attempt)
    raise Busy("The definition is being published by others; try again")


def _judge(error: ClientError, code: str, attempt: int) -> None:
    """Return, after a pause, if the call may be repeated; raise what it means otherwise."""
    if code in _REPEATABLE or code == "StateMachineAlreadyExists":
        time.sleep(_PAUSE * 2**attempt * random.uniform(0.5, 1))  # noqa: S311 - only jitter
        return
    if code == "InvalidDefinition":
        _log.error("Step Functions refuses a compiled definition: %s", error)
        raise Invalid("Step Functions refuses the state machine of this definition") from error
    if code in {"StateMachineLimitExceeded", "ServiceQuotaExceededException"}:
        raise Conflict(
            "The AWS account has no room for another state machine or version"
        ) from error
    raise error


def _settings(stack: Stack) -> dict[str, Any]:
    settings: dict[str, Any] = {
        "roleArn": stack.role_arn,
        "tracingConfiguration": {"enabled": True},
    }
    if stack.log_group_arn:
        arn = stack.log_group_arn.removesuffix(":*") + ":*"
        settings["loggingConfiguration"] = {
            # What happened to a run is its history; the log is for what broke. Variables are
            # people's data and stay out of it.
            "level": "ERROR",
            "includeExecutionData": False,
            "destinations": [{"cloudWatchLogsLogGroup": {"logGroupArn": arn}}],
        }
    return settings


def _tags(stack: Stack) -> list[dict[str, str]]:
    # CloudFormation does not know these machines; whoever removes a stack finds them by this.
    return [{"key": "signoff:stack", "value": stack.name}]


def _arn(stack: Stack, name: str) -> str:
    role = _ROLE_ARN.fullmatch(stack.role_arn)
    if role is None:
        raise ValueError(f"MACHINE_ROLE_ARN is no role's ARN: {stack.role_arn}")
    region = client("stepfunctions").meta.region_name
    return f"arn:{role['partition']}:states:{region}:{role['account']}:stateMachine:{name}"
