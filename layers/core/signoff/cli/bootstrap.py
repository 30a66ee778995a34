"""``signoff bootstrap``: a tenant and its first key, through IAM and not through the API."""

import json
from typing import Any

import click

from signoff.cli.failures import EXIT_CODES, Failure, Missing, Refused, Unreachable
from signoff.cli.options import json_option, options_of
from signoff.cli.output import say, write_fields, write_json
from signoff.cli.stack import find_local_stack, searched

FUNCTION = "BootstrapTenant"
LOCAL_STACK = "signoff"


@click.command(epilog=EXIT_CODES)
@click.option("--tenant", required=True, metavar="SLUG", help="What X-Tenant-Id takes.")
@click.option("--name", metavar="TEXT", help="Display name; default: the slug.")
@click.option(
    "--stack", metavar="NAME", help="CloudFormation stack.  [default: signoff, on the local stack]"
)
@click.option("--endpoint-url", metavar="URL", help="AWS endpoint, for stacks that are not on AWS.")
@click.option("--region", metavar="REGION", help="AWS region; default: as the AWS CLI has it.")
@click.option("--profile", metavar="NAME", help="AWS profile; default: as the AWS CLI has it.")
@click.option(
    "--add-keys", is_flag=True, help="Add a key to a tenant that exists: the way back in."
)
@json_option
@click.pass_context
def bootstrap(
    ctx: click.Context,
    tenant: str,
    name: str | None,
    stack: str | None,
    endpoint_url: str | None,
    region: str | None,
    profile: str | None,
    add_keys: bool,
) -> None:
    """Make a tenant and its first admin key, and show the key, this one time.

    It invokes a function of the stack, which takes AWS credentials and no API key. Without --stack
    and --endpoint-url it is the local stack of this directory that gets the tenant.

    \b
    Examples:
      signoff bootstrap --tenant acme --name "Acme Ltd"
      signoff bootstrap --stack signoff-prod --region eu-central-1 --tenant acme
    """
    local = find_local_stack() if stack is None and endpoint_url is None else None
    if local is not None:
        endpoint_url, region = local.endpoint_url, local.region
    elif stack is None:
        raise click.UsageError(
            f"Which stack? There is no {searched()} (`make up` makes one); give --stack NAME."
        )
    session = _session(profile, region, is_local=local is not None)
    event = {"tenant": tenant, "addKeys": add_keys} | ({"name": name} if name else {})
    made = _invoke(session, endpoint_url, stack or LOCAL_STACK, event)
    if options_of(ctx).as_json:
        write_json(made)
        return
    say(f"Tenant {made['tenant']} {'created' if made['created'] else 'has a new key'}.")
    for key in made["keys"]:
        write_fields({"Tenant": made["tenant"], "Key": key["secret"], "Scopes": key["scopes"]})
    say("Keep the key now: it is stored as a hash and cannot be shown again.")
    say("Commands take it from SIGNOFF_API_KEY.")


def _session(profile: str | None, region: str | None, *, is_local: bool) -> Any:
    # Half a second of import that no other command pays.
    import botocore.session
    from botocore.exceptions import BotoCoreError

    try:
        session = botocore.session.Session(profile=profile)
        if region:
            session.set_config_variable("region", region)
        if is_local:
            # The emulator's root, which answers on this machine only.
            session.set_credentials("test", "test")
        elif session.get_credentials() is None:
            raise Refused("There are no AWS credentials.", "Set them as for the AWS CLI.")
    except BotoCoreError as error:
        raise Refused(f"AWS: {error}") from error
    return session


def _invoke(session: Any, endpoint_url: str | None, stack: str, event: Any) -> dict[str, Any]:
    from botocore.config import Config
    from botocore.exceptions import BotoCoreError, ClientError, EndpointConnectionError

    # Never twice by itself: a second invocation would make a second key.
    config = Config(connect_timeout=5, read_timeout=60, retries={"total_max_attempts": 1})
    try:
        say(f"Looking for {FUNCTION} in the stack {stack} …")
        stacks = session.create_client("cloudformation", endpoint_url=endpoint_url, config=config)
        found = stacks.describe_stack_resource(StackName=stack, LogicalResourceId=FUNCTION)
        function = found["StackResourceDetail"]["PhysicalResourceId"]
        say("Making the tenant and its key …")
        functions = session.create_client("lambda", endpoint_url=endpoint_url, config=config)
        answer = functions.invoke(FunctionName=function, Payload=json.dumps(event).encode())
        payload = json.loads(answer["Payload"].read())
    except EndpointConnectionError as error:
        raise Unreachable(
            f"Nothing listens at {endpoint_url or 'AWS'}.", "Is the stack up? `make up` starts it."
        ) from error
    except ClientError as error:
        raise _denied(error, stack) from error
    except BotoCoreError as error:
        raise Unreachable(f"AWS: {error}") from error
    if answer.get("FunctionError"):
        raise Failure("The function failed.", f"Its log says why: {payload.get('errorMessage')}")
    if not payload["ok"]:
        message = "\n".join(each["message"] for each in payload["errors"])
        exists = "exists already" in message
        raise Failure(message, "--add-keys makes one more key for it." if exists else None)
    return dict(payload["data"])


def _denied(error: Any, stack: str) -> Failure:
    code = error.response["Error"]["Code"]
    message = error.response["Error"]["Message"]
    if code == "ValidationError" or "does not exist" in message:
        return Missing(f"There is no stack {stack} with Signoff in this account and region.")
    if code in {"AccessDenied", "AccessDeniedException", "ExpiredToken", "InvalidClientTokenId"}:
        return Refused(
            f"AWS: {message}",
            "It takes cloudformation:DescribeStackResource and lambda:InvokeFunction.",
        )
    return Failure(f"AWS: {message}")
