"""Requests made up from the OpenAPI documents, sent to the handlers through their gateway.

Every answer must be one that its document describes (status, type, schema, headers), bad data must
be refused, and nothing may be a failure of ours. The examples are the same in every run.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from typing import Any
from urllib.parse import quote

import pytest
import schemathesis
import yaml
from hypothesis import HealthCheck, Phase, settings
from schemathesis.specs.openapi.checks import (
    ignored_auth,
    missing_required_header,
    positive_data_acceptance,
    unsupported_method,
)

from signoff.identity.scopes import GRANTABLE
from tests.support.gateway import send
from tests.support.sam import ROOT
from tests.support.stack import Stack, shared_stack

__all__ = ["shared_stack"]

EXAMPLES = 20  # requests made up per operation

# What a schema cannot say is refused too: a cursor that nobody gave out, an Idempotency-Key that
# was used for something else, a definition that does not compile. And the key sent is always good.
NOT_JUDGED = [positive_data_acceptance, missing_required_header, ignored_auth]

Environ = dict[str, Any]


def app(environ: Environ, start_response: Callable[..., Any]) -> Iterable[bytes]:
    """The gateway as WSGI has it: text of headers and paths is bytes read as Latin-1."""
    path = environ["PATH_INFO"].encode("latin-1").decode(errors="replace")
    if path.startswith("/documents/"):
        document = yaml.safe_load((ROOT / "contracts" / path.rpartition("/")[2]).read_bytes())
        start_response("200 OK", [("Content-Type", "application/json")])
        return [json.dumps(document).encode()]
    headers = {
        name.removeprefix("HTTP_").replace("_", "-"): value
        for name, value in environ.items()
        if name.startswith("HTTP_") or name == "CONTENT_TYPE"
    }
    length = int(environ.get("CONTENT_LENGTH") or 0)
    answer = send(
        environ["REQUEST_METHOD"],
        f"{quote(path)}?{environ['QUERY_STRING']}",
        headers=headers,
        body=environ["wsgi.input"].read(length) if length else None,
    )
    start_response(f"{answer.status} X", list(answer.headers.items()))
    return [answer.text.encode()]


def document(file: str) -> Any:
    """A contract as schemathesis reads it."""
    return schemathesis.openapi.from_wsgi(f"/documents/{file}", app)


flow = document("flow-api.openapi.yaml")
approvals = document("approvals-api.openapi.yaml")
admin = document("admin-api.openapi.yaml")

bounded = settings(
    max_examples=EXAMPLES,
    derandomize=True,
    deadline=None,
    database=None,
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=list(HealthCheck),
)


@pytest.fixture(scope="module")
def key(shared_stack: Stack) -> str:
    """A key that may do everything."""
    return shared_stack.new_key(*GRANTABLE)


def judge(case: Any, key: str) -> None:
    """Send the request with a good key, whatever it says of keys and tenants, and do not wait."""
    case.headers = {**(case.headers or {}), "Authorization": f"Bearer {key}"}
    case.headers.pop("X-Tenant-Id", None)
    case.headers["Prefer"] = "respond-async"
    # Other methods of a path that fits another template too reach that template's operation.
    ambiguous = [unsupported_method] if case.path == "/api/v1/documents/uploads" else []
    case.call_and_validate(excluded_checks=[*NOT_JUDGED, *ambiguous])


@flow.parametrize()
@bounded
def test_the_flow_api_keeps_to_its_document(case: Any, key: str):
    judge(case, key)


@approvals.parametrize()
@bounded
def test_the_approvals_api_keeps_to_its_document(case: Any, key: str):
    judge(case, key)


@admin.parametrize()
@bounded
def test_the_admin_api_keeps_to_its_document(case: Any, key: str):
    judge(case, key)
