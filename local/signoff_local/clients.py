"""AWS clients that talk to the local stack as its root."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

import botocore.session
from botocore.config import Config

from signoff_local import home

CONNECT_SECONDS = 5
READ_SECONDS = 65


@lru_cache
def client(service: str, port: int) -> Any:
    """A client of one service; calls are bounded, and repeated only by whoever makes them."""
    return botocore.session.get_session().create_client(
        service,
        region_name=home.REGION,
        endpoint_url=f"http://127.0.0.1:{port}",
        aws_access_key_id=home.ACCESS_KEY,
        aws_secret_access_key=home.SECRET_KEY,
        config=Config(
            connect_timeout=CONNECT_SECONDS,
            read_timeout=READ_SECONDS,
            retries={"total_max_attempts": 1},
        ),
    )
