"""Every operation of every contract, and a request that each of them would take.

Made from the Operation objects that the handlers obey and from their models, so that an operation
that is added tomorrow is in here by itself.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from functools import lru_cache
from typing import Any
from urllib.parse import quote, urlencode

import jsonschema
import yaml

from signoff.entrypoints.operation import Operation
from signoff.storage.clients import client
from tests.support.gateway import Answer, endpoints, send
from tests.support.sam import ROOT

OPERATIONS: dict[str, Operation] = {
    endpoint.operation.name: endpoint.operation for endpoint in endpoints().values()
}
EVERY = sorted(OPERATIONS)

UNKNOWN = "c0ffee00-0000-4000-8000-00000000000f"
# What an authentication itself may write down: when a key was last used (identity/key_use.py).
NOTES = "KEYUSED#"

# Values for fields and parameters that a schema alone does not tell how to fill.
WORDS: dict[str, Any] = {
    "scopes": ["flows:read"],
    "action": "approve",
    "outcome": "APPROVE",
    "dataJson": {},
}


@lru_cache(maxsize=1)
def documents() -> dict[tuple[str, str], tuple[dict[str, Any], dict[str, Any]]]:
    """By method and path: the operation of the OpenAPI documents, and its components."""
    found = {}
    for file in sorted((ROOT / "contracts").glob("*.openapi.yaml")):
        document = yaml.safe_load(file.read_text(encoding="utf-8"))
        for path, item in document["paths"].items():
            for method, described in item.items():
                found[method.upper(), path] = (described, document["components"])
    return found


def ask(
    operation: Operation,
    *,
    bearer: str | None,
    ids: Mapping[str, Any] | None = None,
    query: Mapping[str, str] | None = None,
    headers: Mapping[str, str] | None = None,
) -> Answer:
    """Send a request that the operation would take from somebody who may.

    ``ids`` are values of path parameters and body fields by their names; every other id is unknown.
    """
    content, media_type = body_of(operation, ids or {})
    sent = {
        "Prefer": "respond-async",
        **({"Content-Type": media_type} if content is not None else {}),
        **({"Authorization": f"Bearer {bearer}"} if bearer is not None else {}),
        **(headers or {}),
    }
    url = path_of(operation, ids or {})
    if query:
        url += f"?{urlencode(query)}"
    return send(operation.method, url, headers=sent, body=content)


def path_of(operation: Operation, ids: Mapping[str, Any]) -> str:
    """The operation's path, filled in."""
    return re.sub(
        r"\{(\w+)\}", lambda name: quote(str(ids.get(name[1], UNKNOWN)), safe=""), operation.path
    )


def body_of(operation: Operation, ids: Mapping[str, Any]) -> tuple[bytes | None, str]:
    """A body that fits, and its media type; None where the operation takes none."""
    described, components = documents()[operation.method, operation.path]
    content = described.get("requestBody", {}).get("content", {})
    if "multipart/form-data" in content:
        return _form(), "multipart/form-data; boundary=edge"
    if "application/json" in content and operation.body:
        made = sample(content["application/json"]["schema"], components, ids)
        return json.dumps(made).encode(), "application/json"
    if operation.media_types:
        return (ROOT / "statemachines" / "document-approval.yaml").read_bytes(), "application/yaml"
    return None, ""


def sample(schema: Any, components: Any, ids: Mapping[str, Any], name: str = "") -> Any:
    """A value of a schema: the ids where a field is named for one, else the simplest there is."""
    if name in ids:
        return ids[name]
    if name in WORDS:
        return WORDS[name]
    if "$ref" in schema:
        schema = components["schemas"][schema["$ref"].rpartition("/")[2]]
    if "anyOf" in schema:
        return sample(schema["anyOf"][0], components, ids, name)
    if "const" in schema:
        return schema["const"]
    if "enum" in schema:
        return schema["enum"][0]
    kind = schema.get("type")
    if isinstance(kind, list):
        kind = kind[0]
    if kind == "object" or "properties" in schema:
        wanted = set(schema.get("required", [])) | (set(schema.get("properties", {})) & set(ids))
        return {
            each: sample(schema["properties"][each], components, ids, each)
            for each in sorted(wanted)
        }
    if kind == "array":
        return [sample(schema["items"], components, ids)] if schema.get("minItems") else []
    if schema.get("examples"):
        return schema["examples"][0]
    if kind in ("integer", "number"):
        return schema.get("minimum", 1)
    if kind == "boolean":
        return True
    return UNKNOWN if schema.get("format") == "uuid" else "x" * max(1, schema.get("minLength", 1))


def fields_of(operation: Operation) -> set[str]:
    """The names of the fields that the operation's body may have, at the top."""
    described, components = documents()[operation.method, operation.path]
    content = described.get("requestBody", {}).get("content", {})
    schema = content.get("application/json", {}).get("schema", {})
    if "$ref" in schema:
        schema = components["schemas"][schema["$ref"].rpartition("/")[2]]
    return set(schema.get("properties", {}))


def parameters_of(operation: Operation) -> set[str]:
    """The names of the parameters in the operation's path."""
    return set(re.findall(r"\{(\w+)\}", operation.path))


def refused(operation: Operation, answer: Answer, *statuses: int) -> None:
    """The answer is a refusal with one of these statuses, in its own document's shape.

    Nothing of our own inside shows in it.
    """
    assert answer.status in statuses, f"{operation.name}: {answer.status} {answer.text[:300]}"
    described, components = documents()[operation.method, operation.path]
    assert str(answer.status) in described["responses"], f"{operation.name}: not documented"
    response = described["responses"][str(answer.status)]
    if "$ref" in response:
        response = components["responses"][response["$ref"].rpartition("/")[2]]
    schema = response["content"]["application/json"]["schema"]
    jsonschema.validate(answer.body, {**schema, "components": components})
    assert answer.headers["content-type"] == "application/json"
    assert answer.headers["cache-control"] == "no-store"
    if answer.status == 401:
        assert answer.headers["www-authenticate"].startswith("Bearer")
    assert not re.search(r"Traceback|botocore|signoff\.|Error:", answer.text)


def codes(answer: Answer) -> set[str]:
    """The codes of a refusal in the envelope; none in a contract that has no codes."""
    return {error["code"] for error in answer.body.get("errors", [])}


def everything(containing: str = "") -> list[str]:
    """Every item of both tables whose text holds ``containing``, but for when keys were used."""
    texts = (
        json.dumps(item, sort_keys=True)
        for table in ("state", "history")
        for page in client("dynamodb").get_paginator("scan").paginate(TableName=table)
        for item in page["Items"]
        if not item["PK"]["S"].startswith(NOTES)
    )
    return sorted(text for text in texts if containing in text)


def _form() -> bytes:
    return (
        b"--edge\r\n"
        b'Content-Disposition: form-data; name="file"; filename="contract.txt"\r\n'
        b"Content-Type: text/plain\r\n\r\n"
        b"An agreement.\r\n--edge--\r\n"
    )
