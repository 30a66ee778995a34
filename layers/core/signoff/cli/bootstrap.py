"""``signoff bootstrap``: a tenant and its first key, through IAM and not through the API."""

import json
from typing import Any

import click

from signoff.cli.aws import Account, account, aws_options
from signoff.cli.failures import EXIT_CODES, Failure
from signoff.cli.options import json_option, options_of
from signoff.cli.output import say, write_fields, write_json

FUNCTION = "BootstrapTenant"


@click.command(epilog=EXIT_CODES)
@click.option("--tenant", required=True, metavar="SLUG", help="What X-Tenant-Id takes.")
@click.option("--name", metavar="TEXT", help="Display name; default: the slug.")
@aws_options
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
    found = account(stack, endpoint_url, region, profile)
    event = {"tenant": tenant, "addKeys": add_keys} | ({"name": name} if name else {})
    made = _invoke(found, event)
    if options_of(ctx).as_json:
        write_json(made)
        return
    say(f"Tenant {made['tenant']} {'created' if made['created'] else 'has a new key'}.")
    for key in made["keys"]:
        write_fields({"Tenant": made["tenant"], "Key": key["secret"], "Scopes": key["scopes"]})
    say("Keep the key now: it is stored as a hash and cannot be shown again.")
    say("Commands take it from SIGNOFF_API_KEY.")


def _invoke(found: Account, event: Any) -> dict[str, Any]:
    with found.told("cloudformation:DescribeStackResource", "lambda:InvokeFunction"):
        say(f"Looking for {FUNCTION} in the stack {found.stack} …")
        resource = found.client("cloudformation").describe_stack_resource(
            StackName=found.stack, LogicalResourceId=FUNCTION
        )
        function = resource["StackResourceDetail"]["PhysicalResourceId"]
        say("Making the tenant and its key …")
        # Never twice by itself: a second invocation would make a second key.
        answer = found.client("lambda").invoke(
            FunctionName=function, Payload=json.dumps(event).encode()
        )
        payload = json.loads(answer["Payload"].read())
    if answer.get("FunctionError"):
        raise Failure("The function failed.", f"Its log says why: {payload.get('errorMessage')}")
    if not payload["ok"]:
        message = "\n".join(each["message"] for each in payload["errors"])
        exists = "exists already" in message
        raise Failure(message, "--add-keys makes one more key for it." if exists else None)
    return dict(payload["data"])
