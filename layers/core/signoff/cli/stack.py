"""The local stack of this directory, as ``make up`` leaves it in ``.signoff/stack.json``."""

import json
import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from signoff.cli.failures import BadInput

FOLDER = ".signoff"
FILE = "stack.json"


@dataclass(frozen=True)
class LocalStack:
    """Where a local stack is, the keys it was given, and its users' passwords."""

    api_url: str
    endpoint_url: str
    region: str
    admin_key: str | None
    tenant: str
    client_id: str | None = None
    passwords: Mapping[str, str] = field(default_factory=dict)


def find_local_stack(directory: Path | None = None) -> LocalStack | None:
    """The stack in SIGNOFF_HOME, else in this directory or one above; None if there is none."""
    home = os.environ.get("SIGNOFF_HOME")
    here = (directory or Path.cwd()).resolve()
    folders = [Path(home)] if home else [each / FOLDER for each in (here, *here.parents)]
    path = next((each / FILE for each in folders if (each / FILE).is_file()), None)
    return _read(path) if path else None


def searched() -> str:
    """Where ``find_local_stack`` looks, for the message that nothing is there."""
    home = os.environ.get("SIGNOFF_HOME")
    return f"{Path(home) / FILE} (SIGNOFF_HOME)" if home else f"{FOLDER}/{FILE} here or above"


def _read(path: Path) -> LocalStack:
    try:
        described: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
        return LocalStack(
            api_url=str(described["api_url"]),
            endpoint_url=str(described["endpoint_url"]),
            region=str(described["region"]),
            admin_key=described.get("api_keys", {}).get("admin"),
            tenant=str(described["tenant"]),
            client_id=described.get("oauth", {}).get("client_id"),
            passwords={
                str(user["id"]): str(user["password"]) for user in described.get("users", [])
            },
        )
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise BadInput(
            f"{path} cannot be read as the description of a stack.",
            "Run `make up` again; it writes the file anew.",
        ) from error
