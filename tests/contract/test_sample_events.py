"""The sample events of the API carry bodies and headers that the OpenAPI documents describe."""

from __future__ import annotations

import base64
import io
import json
from functools import lru_cache
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import yaml
from multipart import MultipartParser, parse_options_header

from tests.support import sam

EVENTS = sorted((sam.ROOT / "events" / "api").glob("*/*.json"))
DOCUMENTS = {
    "flows": "flow-api.openapi.yaml",
    "approvals": "approvals-api.openapi.yaml",
    "documents": "approvals-api.openapi.yaml",
    "admin": "admin-api.openapi.yaml",
}
ROUTED = [path for path in EVENTS if path.parent.name in DOCUMENTS]


def read(path: Path) -> Any:
    """A sample event."""
    return json.loads(path.read_text(encoding="utf-8"))


@lru_cache(maxsize=len(DOCUMENTS))
def document(face: str) -> dict[str, Any]:
    """The OpenAPI document of a face."""
    text = (sam.ROOT / "contracts" / DOCUMENTS[face]).read_text(encoding="utf-8")
    parsed: dict[str, Any] = yaml.safe_load(text)
    return parsed


def document_of(path: Path) -> dict[str, Any]:
    """The OpenAPI document of an event's face."""
    return document(path.parent.name)


def resolved(parameter: dict[str, Any], path: Path) -> dict[str, Any]:
    """A parameter, or the one that it refers to."""
    if "$ref" not in parameter:
        return parameter
    name = parameter["$ref"].rsplit("/", 1)[1]
    found: dict[str, Any] = document_of(path)["components"]["parameters"][name]
    return found


def operation_of(path: Path) -> dict[str, Any]:
    """The operation that an event calls, with the parameters of its path."""
    method, _, route = read(path)["routeKey"].partition(" ")
    operation: dict[str, Any] = document_of(path)["paths"][route][method.lower()]
    return operation


def form_of(event: dict[str, Any]) -> dict[str, str]:
    """A form's fields; its bytes come in base64, as the gateway sends whatever is no text."""
    assert event["isBase64Encoded"] is True
    _, options = parse_options_header(event["headers"]["content-type"])
    body = io.BytesIO(base64.b64decode(event["body"]))
    return {part.name: part.value for part in MultipartParser(body, options["boundary"])}


@pytest.mark.parametrize("path", ROUTED, ids=lambda path: path.stem)
def test_a_body_is_sent_where_one_is_asked_for_and_fits_its_schema(path: Path) -> None:
    event, asked = read(path), operation_of(path).get("requestBody")
    if asked is None:
        assert "body" not in event
        return
    kind = event["headers"]["content-type"].partition(";")[0]
    body = form_of(event) if kind == "multipart/form-data" else json.loads(event["body"])
    schema = asked["content"][kind]["schema"]
    components = document_of(path)["components"]
    jsonschema.validate(
        body,
        {**schema, "components": components},
        cls=jsonschema.Draft202012Validator,
    )


@pytest.mark.parametrize("path", ROUTED, ids=lambda path: path.stem)
def test_required_parameters_are_sent(path: Path) -> None:
    event = read(path)
    sent = {
        "header": set(event["headers"]),
        "path": set(event.get("pathParameters", {})),
        "query": set(event.get("queryStringParameters", {})),
    }
    for each in operation_of(path).get("parameters", []):
        parameter = resolved(each, path)
        name, place = parameter["name"], parameter["in"]
        if parameter.get("required"):
            assert (name.lower() if place == "header" else name) in sent[place]
