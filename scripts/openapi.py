"""Writes the OpenAPI documents of the contracts from the handlers themselves.

    python scripts/openapi.py            write contracts/*.openapi.yaml
    python scripts/openapi.py --check    exit 1 where what is written is not what would be

What an operation is (path, scope, parameters, statuses) comes from the ``Operation`` that its
handler obeys, what it takes and gives from the pydantic models, its words from the route function.
"""

from __future__ import annotations

import argparse
import difflib
import importlib
import re
import sys
import typing
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import yaml
from pydantic import BaseModel
from pydantic.json_schema import models_json_schema

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT / "functions"), str(ROOT)]

from scripts.openapi_parts import (  # noqa: E402 - the path is set above
    ABOUT,
    API_KEY,
    HEADERS,
    IDS,
    ONLY,
    PARAMETERS,
    REFUSALS,
    About,
    security_of,
    user_token,
)

from signoff.contracts.admin.face import AdminFace  # noqa: E402
from signoff.entrypoints.endpoint import Endpoint  # noqa: E402
from signoff.entrypoints.face import Answered  # noqa: E402
from signoff.entrypoints.filters import Filter, Moment, Text  # noqa: E402
from signoff.entrypoints.operation import Operation  # noqa: E402
from signoff.pagination import Feed, Slice  # noqa: E402

Document = dict[str, Any]


def main() -> int:
    """Write the documents, or compare them; 0 when all is well."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--check", action="store_true", help="write nothing, fail on a difference")
    options = parser.parse_args()
    stale = [path for path, text in documents() if not _settle(path, text, options)]
    for path in stale:
        print(f"{path.relative_to(ROOT)} is not what the code says: run scripts/openapi.py")
    return 1 if stale else 0


def documents() -> list[tuple[Path, str]]:
    """Each contract's file and what belongs into it."""
    operations = find_operations()
    return [
        (ROOT / "contracts" / about.file, render(describe(about, operations))) for about in ABOUT
    ]


def find_operations() -> list[Operation]:
    """The operations of every handler below functions/api, in order of path and method."""
    found = []
    for path in (ROOT / "functions" / "api").rglob("*.py"):
        name = ".".join(path.relative_to(ROOT / "functions").with_suffix("").parts)
        handler = importlib.import_module(name).handler
        if isinstance(handler, Endpoint):
            found.append(handler.operation)
    return sorted(found, key=lambda each: (each.path, each.method))


def render(document: Document) -> str:
    """The document as YAML, the same for the same code."""
    return yaml.dump(document, Dumper=_Plain, sort_keys=False, allow_unicode=True, width=100)


def describe(about: About, operations: Iterable[Operation]) -> Document:
    """The OpenAPI 3.1 document of one contract."""
    ours = [each for each in operations if each.face.name == about.face]
    schemas, references = _schemas(ours, about)
    paths: Document = {}
    for operation in ours:
        described = _operation(operation, about, references)
        paths.setdefault(operation.path, {})[operation.method.lower()] = described
    face = ours[0].face
    return {
        "openapi": "3.1.0",
        "info": {
            "title": about.title,
            "version": about.version,
            "summary": about.summary,
            "description": about.description,
            "license": {"name": "Apache 2.0", "identifier": "Apache-2.0"},
        },
        "servers": [{"url": "/", "description": "The address that the stack was deployed to"}],
        "tags": [{"name": name, "description": text} for name, text in about.tags.items()],
        "paths": paths,
        "components": {
            "securitySchemes": {
                "apiKey": API_KEY,
                "userToken": user_token(scope for each in ours for scope in each.scopes),
            },
            "parameters": PARAMETERS,
            "headers": HEADERS,
            "responses": {
                name: {
                    "description": text,
                    "headers": {
                        each: {"$ref": f"#/components/headers/{each}"}
                        for each in ("X-Request-Id", *headers)
                    },
                    "content": {
                        "application/json": {
                            "schema": {"$ref": "#/components/schemas/Refusal"},
                            "example": about.refusal_example(status),
                        }
                    },
                }
                for status, (name, text, headers) in REFUSALS.items()
            },
            "schemas": {**schemas, "Refusal": face.refusal_schema()},
        },
    }


class _Plain(yaml.SafeDumper):
    """Writes what occurs twice twice; anchors are hard to read, and some tools refuse them."""

    def ignore_aliases(self, data: Any) -> bool:  # noqa: ARG002 - yaml's signature
        return True


def _operation(
    operation: Operation, about: About, references: dict[type[BaseModel], Document]
) -> Document:
    summary, _, rest = (operation.run.__doc__ or "").strip().partition("\n")
    described: Document = {
        "operationId": operation.name,
        "summary": summary.strip(),
        "description": f"{_unwrapped(rest)}\n\n{_needed(operation)}".strip(),
        "tags": [about.tag_of(operation.path)],
        "security": security_of(operation),
        "parameters": _parameters(operation),
    }
    body = _body(operation, references)
    if body:
        described["requestBody"] = body
    described["responses"] = {
        **{
            str(status): _success(operation, status, references)
            for status in sorted({operation.status, *operation.also})
        },
        **{
            str(status): {"$ref": f"#/components/responses/{REFUSALS[status][0]}"}
            for status in sorted(_refusals(operation))
        },
    }
    return described


def _needed(operation: Operation) -> str:
    scopes = " or ".join(f"`{scope}`" for scope in operation.scopes)
    return f"Needs the scope {scopes}.{ONLY[operation.credentials]}"


def _parameters(operation: Operation) -> list[Document]:
    path = [
        {
            "name": name,
            "in": "path",
            "required": True,
            "schema": IDS.get(name)
            or (
                {"type": "string", "format": "uuid"}
                if name in operation.uuids
                else {"type": "string", "minLength": 1, "maxLength": 256}
            ),
        }
        for name in re.findall(r"\{(\w+)\}", operation.path)
    ]
    filters = [
        {
            "name": name,
            "in": "query",
            "schema": _filter_schema(taken),
        }
        for name, taken in operation.filters.items()
    ]
    shared = ["ActorId" if operation.actor_required else "OptionalActorId", "ActorGroups"]
    shared += ["TenantId"]
    shared += ["Limit", "Cursor"] if operation.paged else []
    shared += ["IdempotencyKey"] if operation.is_command else []
    if operation.waits:
        shared += ["Prefer" if operation.wait else "PreferWait"]
    return path + filters + [{"$ref": f"#/components/parameters/{name}"} for name in shared]


def _filter_schema(taken: Filter) -> dict[str, Any]:
    if isinstance(taken, Text):
        return {"type": "string", "minLength": 1, "maxLength": taken.longest}
    if isinstance(taken, Moment):
        return {"type": "string", "format": "date-time"}
    if isinstance(taken, range):
        return {"type": "integer", "minimum": taken[0], "maximum": taken[-1]}
    return {"type": "string", "enum": list(taken)}


def _body(operation: Operation, references: dict[type[BaseModel], Document]) -> Document | None:
    if operation.form and operation.body:
        file = {"type": "string", "contentMediaType": "application/octet-stream"}
        about = f"At most {operation.form.most:,} bytes; a larger one by {operation.form.larger}"
        schema = {
            "allOf": [references[operation.body]],
            "type": "object",
            "required": [operation.form.file],
            "properties": {operation.form.file: file | {"description": about}},
        }
        content = {"multipart/form-data": {"schema": schema}}
    elif operation.body:
        content = {"application/json": {"schema": references[operation.body]}}
    elif operation.media_types:
        text = {"type": "string", "description": "A definition as text"}
        content = {
            kind: {"schema": {"type": "object"} if kind == "application/json" else text}
            for kind in operation.media_types
        }
    else:
        return None
    return {"required": operation.body_required, "content": content}


def _success(
    operation: Operation, status: int, references: dict[type[BaseModel], Document]
) -> Document:
    returned = answer_of(operation)
    headers = ["X-Request-Id"]
    headers += ["Link"] if operation.paged and operation.face.name == "flow" else []
    headers += ["Preference-Applied"] if operation.waits else []
    content, face = references[returned.model], operation.face
    if returned.standing and isinstance(face, AdminFace):
        schema = face.feed_schema(content, references[returned.standing])
    else:
        schema = face.answer_schema(content, listed=returned.listed)
    return {
        "description": {200: "Done", 201: "Made", 202: "On its way"}[status],
        "headers": {name: {"$ref": f"#/components/headers/{name}"} for name in headers},
        "content": {"application/json": {"schema": schema}},
    }


def _refusals(operation: Operation) -> set[int]:
    statuses = {400, 401, 403, 500, 503, *operation.refusals}
    if operation.is_command:
        statuses |= {409, 413, 422}
    if operation.body:
        statuses |= {413}
    return statuses


class Returned(typing.NamedTuple):
    """The model that a route function returns, whether in a list, and what a Feed is about."""

    model: type[BaseModel]
    listed: bool = False
    standing: type[BaseModel] | None = None


def answer_of(operation: Operation) -> Returned:
    """What a route function is annotated to return."""
    returned = typing.get_type_hints(operation.run)["return"]
    origin, given = typing.get_origin(returned), typing.get_args(returned)
    if origin is Feed:
        return Returned(given[0], listed=True, standing=given[1])
    if origin in (Slice, Answered):
        return Returned(given[0], listed=origin is Slice)
    return Returned(returned)


def _schemas(
    operations: list[Operation], about: About
) -> tuple[Document, dict[type[BaseModel], Document]]:
    """Every model's schema by its name, and the reference to each model."""
    sent = {each.body: "validation" for each in operations if each.body}
    returned = [answer_of(each) for each in operations]
    models = [*(each.model for each in returned), *(each.standing for each in returned)]
    shown = {model: "serialization" for model in models if model}
    pairs: Any = sorted((sent | shown).items(), key=lambda pair: pair[0].__name__)
    references: Any
    references, definitions = models_json_schema(pairs, ref_template="#/components/schemas/{model}")
    schemas = dict(sorted(_without_titles(definitions["$defs"]).items()))
    for name, examples in about.examples.items():
        schemas[name]["examples"] = examples
    return schemas, {model: dict(each) for (model, _), each in references.items()}


def _without_titles(schemas: Document) -> Document:
    """Schemas without the titles that pydantic makes of field names; a name is enough."""
    for schema in schemas.values():
        schema.pop("title", None)
        if "description" in schema:
            schema["description"] = _unwrapped(schema["description"])
        for each in schema.get("properties", {}).values():
            each.pop("title", None)
    return schemas


def _unwrapped(text: str) -> str:
    """Paragraphs on one line each, as Markdown wants them; code marks as Markdown has them."""
    paragraphs = re.split(r"\n\s*\n", text.strip())
    return "\n\n".join(" ".join(each.split()) for each in paragraphs).replace("``", "`")


def _settle(path: Path, text: str, options: argparse.Namespace) -> bool:
    """Write ``text`` unless it is only to be compared; whether the file says it now."""
    if not options.check:
        path.write_text(text, encoding="utf-8")
        return True
    written = path.read_text(encoding="utf-8") if path.exists() else ""
    difference = difflib.unified_diff(
        written.splitlines(), text.splitlines(), "committed", "from the code", lineterm="", n=1
    )
    for line in list(difference)[:40]:
        print(line)
    return written == text


if __name__ == "__main__":
    sys.exit(main())
