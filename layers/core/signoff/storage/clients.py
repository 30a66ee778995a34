"""AWS clients, one per service and container, from a botocore session.

boto3 is not imported: its resource layer costs about 70 ms of each cold start and nothing here
uses it. botocore itself, which is more than half of what a handler imports, is loaded with the
first client: a function that only refuses never pays for it, and on Lambda it is loaded while the
function is initialised, when the processor is at its fastest. ``AWS_ENDPOINT_URL`` (read by
botocore itself) is the only thing that differs between AWS and a local stack.
"""

import gc
import os
from functools import lru_cache
from typing import Any

# Connections are kept for the container's life. The read timeout leaves room for retries within
# the shortest function timeout (29 s); standard mode retries throttling with jitter.
_CONFIG: dict[str, Any] = {
    "connect_timeout": 2,
    "read_timeout": 5,
    "retries": {"mode": "standard", "total_max_attempts": 3},
    "tcp_keepalive": True,
    "max_pool_connections": 10,
}
# S3 answers a copy of gigabytes when it is done, and links are signed as every region takes it.
# An answer of SES that is lost does not say that nothing was sent, so it is asked once (ADR 18).
_OF_SERVICE: dict[str, dict[str, Any]] = {
    "s3": {"read_timeout": 60, "signature_version": "s3v4"},
    "sesv2": {"retries": {"mode": "standard", "total_max_attempts": 1}},
}
# botocore makes links to S3's global address unless it is told to put the bucket into the name.
# That address redirects to the region while a bucket is new, which breaks the signature, and some
# regions are not behind it at all. A stack with an address of its own has no names for buckets.
_LINKED_BY_REGION: dict[str, Any] = {"s3": {"addressing_style": "virtual"}}


@lru_cache(maxsize=1)
def _session() -> Any:
    import botocore.session

    return botocore.session.get_session()


@lru_cache(maxsize=16)
def client(service: str) -> Any:
    """The container's client of ``service`` ("dynamodb", "stepfunctions", "events", …)."""
    from botocore.config import Config

    settings = _CONFIG | _OF_SERVICE.get(service, {})
    if service == "s3" and not os.environ.get("AWS_ENDPOINT_URL"):
        settings |= _LINKED_BY_REGION
    config = Config(**settings)
    return _session().create_client(service, config=config)


# Set by Lambda in its init phase (AWS Lambda Developer Guide, "Defined runtime environment
# variables"); elsewhere importing this module stays cheap.
if os.environ.get("AWS_LAMBDA_INITIALIZATION_TYPE"):
    # botocore makes ten thousands of objects, none of them garbage, and the collector looks through
    # all of them again and again: a seventh of the whole cold start. What is there now stays.
    gc.disable()
    client("dynamodb")
    gc.freeze()
    gc.enable()
