"""Deploys the template to the emulator: creates the stack, or changes it in place."""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import sys
import time
from pathlib import Path
from typing import Any

from botocore.exceptions import ClientError

from signoff_local import home, mail, template
from signoff_local.clients import client
from signoff_local.process import Say, StackError

PARAMETERS = {
    "DeletionProtection": "false",
    "PasswordSignIn": "true",
    "AllowLocalWebhooks": "true",
    "MailSender": mail.SENDER,
}
"""What differs from the template's defaults on a laptop."""

TIME_SCALE = "SIGNOFF_SLA_TIME_SCALE"
"""The variable that shortens deadlines: more than 0, at most 1 (the template's SlaTimeScale)."""

BOUND_SECONDS = 180.0
BUCKET = "signoff-deployment"
LONGEST_REASON = 1_000
"""Characters of one message that are worth printing."""

FINISHED = ("CREATE_COMPLETE", "UPDATE_COMPLETE")

Outputs = dict[str, str]


def deploy(stack: home.Home, port: int, path: Path, say: Say = lambda _: None) -> Outputs:
    """Bring the stack in line with the template at `path`; its outputs.

    Does nothing if neither the template nor this program's reading of it changed. Raises StackError
    with the reasons of the resources that failed.
    """
    parameters = {**_parameters(), "PublicUrl": f"http://127.0.0.1:{port}"}
    digest = _digest(path, parameters)
    formation = client("cloudformation", port)
    deployed = home.read_json(stack.deployed_file) or {}
    found = describe(formation)
    healthy = found is not None and found["StackStatus"] in FINISHED
    if found is not None and healthy and deployed.get("digest") == digest:
        return _outputs(found)
    prepared = template.prepare(path, parameters)
    body = json.dumps(prepared, sort_keys=True)
    known = set(prepared.get("Parameters", {}))
    request = {
        "StackName": home.STACK,
        "TemplateURL": _upload(port, body),
        "Capabilities": ["CAPABILITY_IAM", "CAPABILITY_NAMED_IAM", "CAPABILITY_AUTO_EXPAND"],
        "Parameters": [
            {"ParameterKey": name, "ParameterValue": value}
            for name, value in parameters.items()
            if name in known
        ],
    }
    say(f"deploying {len(prepared['Resources'])} resources of {path.name}")
    finished = _change(formation, request, found, say)
    home.write_json(stack.deployed_file, {"digest": digest})
    return _outputs(finished)


def describe(formation: Any) -> dict[str, Any] | None:
    """The stack as CloudFormation describes it; None if there is none."""
    try:
        stacks = formation.describe_stacks(StackName=home.STACK)["Stacks"]
    except ClientError as error:
        if "does not exist" in error.response["Error"]["Message"]:
            return None
        raise
    found: dict[str, Any] | None = stacks[0] if stacks else None
    return None if found is None or found["StackStatus"] == "DELETE_COMPLETE" else found


def _parameters() -> dict[str, str]:
    """What the template is deployed with."""
    scale = os.environ.get(TIME_SCALE)
    if not scale:
        return PARAMETERS
    try:
        fits = 0 < float(scale) <= 1
    except ValueError:
        fits = False
    if not fits:
        raise StackError(f"{TIME_SCALE} is {scale!r}; it can be more than 0 and at most 1")
    return {**PARAMETERS, "SlaTimeScale": scale}


def _digest(path: Path, parameters: dict[str, str]) -> str:
    """Of all that decides what is deployed: the template, where it is, and how it is read."""
    if not path.exists():
        raise StackError(f"{path} cannot be read: No such file")
    here = Path(__file__).parent
    programs = [here / name for name in ("deployer.py", "http_api.py", "template.py")]
    content = [str(path.resolve()).encode(), sys.version.encode()]
    content += [json.dumps(parameters, sort_keys=True).encode()]
    content += [file.read_bytes() for file in (path, *programs)]
    return hashlib.sha256(b"\0".join(content)).hexdigest()


def _change(
    formation: Any, request: dict[str, Any], found: dict[str, Any] | None, say: Say
) -> dict[str, Any]:
    """Create or update, once; the finished stack."""
    if found is not None and found["StackStatus"].endswith("_IN_PROGRESS"):
        found = _settled(formation, say)  # the program that began it was interrupted
    if found is not None and found["StackStatus"] in ("ROLLBACK_COMPLETE", "CREATE_FAILED"):
        say("removing what an earlier deployment left half made")
        formation.delete_stack(StackName=home.STACK)
        _settled(formation, say)
        found = None
    try:
        if found is None:
            formation.create_stack(**request, OnFailure="DO_NOTHING")
        else:
            formation.update_stack(**request)
    except ClientError as error:
        message = error.response["Error"]["Message"]
        if found is not None and "No updates are to be performed" in message:
            return found
        raise StackError(f"the template was refused: {message[:LONGEST_REASON]}") from error
    finished = _settled(formation, say)
    if finished is None or finished["StackStatus"] not in FINISHED:
        raise StackError(f"the deployment failed:\n{_reasons(formation)}")
    return finished


def _upload(port: int, body: str) -> str:
    """The address of the template: as a parameter it may only have 51,200 bytes."""
    store = client("s3", port)
    with contextlib.suppress(store.exceptions.BucketAlreadyOwnedByYou):
        store.create_bucket(Bucket=BUCKET)
    store.put_object(Bucket=BUCKET, Key="template.json", Body=body.encode())
    return f"https://s3.amazonaws.com/{BUCKET}/template.json"


def _settled(formation: Any, say: Say) -> dict[str, Any] | None:
    """The stack when nothing is in progress any more; None if it is gone."""
    began = told = time.monotonic()
    while True:
        found = describe(formation)
        if found is None or not found["StackStatus"].endswith("_IN_PROGRESS"):
            return found
        now = time.monotonic()
        if now - began > BOUND_SECONDS:
            raise StackError(
                f"the deployment is {found['StackStatus']} for {BOUND_SECONDS:.0f} s; "
                "`make logs` shows what it is doing"
            )
        if now - told > 3:
            told = now
            say(f"still deploying ({now - began:.0f} s)")
        time.sleep(0.05)


def _reasons(formation: Any) -> str:
    """What CloudFormation says about the resources that failed, the causes first."""
    events = formation.describe_stack_events(StackName=home.STACK)["StackEvents"]
    failed = [
        f"  {event['LogicalResourceId']} ({event['ResourceType']}): "
        f"{event.get('ResourceStatusReason', event['ResourceStatus'])}"
        for event in reversed(events)
        if event["ResourceStatus"].endswith("_FAILED")
    ]
    return "\n".join(dict.fromkeys(failed)) or "  CloudFormation gives no reason"


def _outputs(found: dict[str, Any]) -> Outputs:
    return {output["OutputKey"]: output["OutputValue"] for output in found.get("Outputs", [])}
