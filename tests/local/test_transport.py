"""mends/transport.py: a policy that asks for TLS."""

from __future__ import annotations

import json

from tests.local.harness import Stack

ONLY_TLS = {
    "Version": "2012-10-17",
    "Statement": [
        {
            "Effect": "Deny",
            "Principal": "*",
            "Action": "s3:*",
            "Resource": "*",
            "Condition": {"Bool": {"aws:SecureTransport": "false"}},
        }
    ],
}


def test_a_bucket_that_asks_for_tls_takes_what_a_function_puts(stack: Stack) -> None:
    s3, bucket = stack.client("s3"), stack.name("bucket")
    s3.create_bucket(Bucket=bucket)
    s3.put_bucket_policy(Bucket=bucket, Policy=json.dumps(ONLY_TLS))
    code = """
import botocore.session
s3 = botocore.session.get_session().create_client("s3")
def handler(event, context):
    s3.put_object(Bucket=event["bucket"], Key="k", Body=b"x")
"""
    function = stack.function(code)

    assert (stack.call(function, {"bucket": bucket})[0] is None) is stack.mended
