"""mends/mail_senders.py: a role that may mail as one sender, under one configuration set."""

from __future__ import annotations

from tests.local.harness import Stack

CODE = """
import botocore.session
from botocore.exceptions import ClientError
ses = botocore.session.get_session().create_client("sesv2")
def handler(event, context):
    simple = {"Subject": {"Data": "s"}, "Body": {"Text": {"Data": "t"}}}
    try:
        ses.send_email(
            FromEmailAddress=event["sender"],
            Destination={"ToAddresses": ["bob@example.com"]},
            Content={"Simple": simple},
            ConfigurationSetName=event["under"],
        )
    except ClientError as error:
        return error.response["Error"]["Code"]
    return "sent"
"""
ARN = "arn:aws:ses:us-east-1:000000000000"


def test_a_role_mails_as_its_sender_and_as_nobody_else(stack: Stack) -> None:
    stack.client("sesv2").create_email_identity(EmailIdentity="acme.example")
    statement = {
        "Effect": "Allow",
        "Action": "ses:SendEmail",
        "Resource": [f"{ARN}:identity/*", f"{ARN}:configuration-set/ours"],
        "Condition": {"StringEquals": {"ses:FromAddress": "signoff@acme.example"}},
    }
    role = stack.role({"Version": "2012-10-17", "Statement": [statement]})
    function = stack.function(CODE, Role=role)

    def send(sender: str, under: str) -> bool:
        _, answer = stack.call(function, {"sender": sender, "under": under})
        assert answer in ("sent", "AccessDeniedException"), answer
        return bool(answer == "sent")

    assert send("Signoff <signoff@acme.example>", "ours") is stack.mended
    assert not send("boss@acme.example", "ours")
    assert not send("signoff@acme.example", "theirs")
