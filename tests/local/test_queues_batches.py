"""mends/queues_batches.py: a batch takes the permission of what it is made of."""

from __future__ import annotations

from tests.local.harness import Stack

CODE = """
import botocore.session
from botocore.exceptions import ClientError
queues = botocore.session.get_session().create_client("sqs")
def handler(event, context):
    try:
        entries = [{"Id": "1", "MessageBody": "a"}, {"Id": "2", "MessageBody": "b"}]
        queues.send_message_batch(QueueUrl=event["url"], Entries=entries)
    except ClientError as error:
        return error.response["Error"]["Code"]
    return "sent"
"""


def test_who_may_send_one_may_send_several_to_that_queue(stack: Stack) -> None:
    (url, arn), (other, _) = stack.queue(), stack.queue()
    statement = {"Effect": "Allow", "Action": "sqs:SendMessage", "Resource": arn}
    role = stack.role({"Version": "2012-10-17", "Statement": [statement]})
    function = stack.function(CODE, Role=role)
    assert (stack.call(function, {"url": url}) == (None, "sent")) is stack.mended
    denied = ("AccessDenied", "AccessDeniedException")
    assert stack.call(function, {"url": other})[1] in denied
