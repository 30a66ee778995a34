"""What a fresh local stack holds beside people: a tenant, two keys, the shipped definitions."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

from signoff.cli.api import Api
from signoff.cli.failures import Failure, Refused
from signoff.identity.scopes import ALL_ADMIN, INTEGRATION_SCOPES
from signoff_local.clients import client
from signoff_local.process import Say, StackError

TENANT = "acme"
TENANT_NAME = "Acme"
KEYS = {
    # As `signoff bootstrap` makes it: all administration, and starting runs for people.
    "admin": {"name": "Admin", "scopes": [ALL_ADMIN, "actors:assert"]},
    "integration": {"name": "ERP Integration", "scopes": sorted(INTEGRATION_SCOPES)},
}
"""Keys by their name in stack.json."""


def make_tenant(port: int, function: str) -> dict[str, str]:
    """Make the tenant, or more keys for it; the keys' secrets by their names in stack.json.

    `function` is the deployed BootstrapTenant. Its secrets are shown once, so whoever lost them
    (an `up` that was interrupted, a deleted stack.json) gets new keys.
    """
    event = {
        "tenant": TENANT,
        "name": TENANT_NAME,
        "keys": list(KEYS.values()),
        "addKeys": True,
    }
    answer = client("lambda", port).invoke(
        FunctionName=function, Payload=json.dumps(event).encode()
    )
    body = json.loads(answer["Payload"].read())
    if "FunctionError" in answer or not body["ok"]:
        said = body.get("errorMessage") or "; ".join(each["message"] for each in body["errors"])
        raise StackError(f"the tenant could not be made: {said}; `make logs` says more")
    made = {key["name"]: key["secret"] for key in body["data"]["keys"]}
    return {name: made[key["name"]] for name, key in KEYS.items()}


def keys_work(api_url: str, keys: dict[str, str]) -> bool:
    """Whether the stack knows these keys. Raises StackError if it does not answer."""
    if set(keys) != set(KEYS):
        return False
    try:
        Api(api_url, keys["admin"]).get("keys", limit=1)
    except Refused:
        return False
    except Failure as failure:
        raise StackError(f"the API does not answer as it should: {failure.message}") from failure
    return True


def publish(
    api_url: str, key: str, folder: Path, known: dict[str, str], say: Say = lambda _: None
) -> dict[str, str]:
    """Publish the definitions in `folder` that are new or have changed since they were published.

    `known` and the answer are digests by file name. A file that is as it was is left alone, so that
    somebody's own version of its definition stays the newest. In the order of their names, then
    once more what failed, since it may call a later one.
    """
    api = Api(api_url, key)
    digests = {
        path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in folder.glob("*.yaml")
    }
    waiting = [folder / name for name in sorted(digests) if digests[name] != known.get(name)]
    for last in (False, True):
        failed: list[Path] = []
        for path in waiting:
            try:
                answer = api.post_bytes(
                    "definitions", content=path.read_bytes(), media_type="application/yaml"
                )
            except Failure as failure:
                if last:
                    raise StackError(
                        f"{path.name} could not be published: {failure.message}"
                    ) from failure
                failed.append(path)
                continue
            if answer.data["created"]:
                say(f"published {answer.data['key']}, version {answer.data['version']}")
        waiting = failed
    return digests
