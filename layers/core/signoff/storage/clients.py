"""AWS clients, one per service and container, from a botocore session.

boto3 is not imported: its resource layer costs about 70 ms of each cold start and nothing here
uses it. ``AWS_ENDPOINT_URL`` (read by botocore itself) is the only thing that differs between AWS
and a local stack.
"""

from functools import lru_cache
from typing import Any

import botocore.session
from botocore.config import Config

# Connections are kept for the container's life. The read timeout leaves room for a retry inside
# the shortest function timeout (10 s); standard mode retries throttling with jitter.
_CONFIG = Config(
    connect_timeout=2,
    read_timeout=5,
    retries={"mode": "standard", "total_max_attempts": 3},
    tcp_keepalive=True,
    max_pool_connections=10,
)


@lru_cache(maxsize=1)
def _session() -> botocore.session.Session:
    return botocore.session.get_session()


@lru_cache(maxsize=16)
def client(service: str) -> Any:
    """The container's client of ``service`` ("dynamodb", "stepfunctions", "events", …)."""
    return _session().create_client(service, config=_CONFIG)
