"""Absurd values in every path, query, header and body field of every operation: never a failure.

Every request comes from somebody who may, about things that are there, so that the values get as
far as they can. What is refused is refused in the contract's own shape, with a documented status.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any
from urllib.parse import quote, urlencode

import jsonschema
import pytest

from tests.contract.every_operation import (
    EVERY,
    OPERATIONS,
    body_of,
    documents,
    fields_of,
    parameters_of,
    path_of,
    refused,
)
from tests.contract.two_tenants import Two, two_tenants
from tests.support.gateway import Answer, send

TEXTS = {
    "empty": "",
    "blank": " \t\u00a0",
    "a null byte": "a\x00b",
    "controls": "\x01\x1b[2J\x7f\x85",
    "keys of ours": "T#umbrella#R#x",
    "dots": "../../etc/passwd",
    "markup": "<script>\"'`;--{{x}}{% $now() %}",
    "emoji": "👩🏽\u200d⚖️",
    "backwards": "\u202eabc\u202c",
    "long": "x" * 5_000,
    "long in bytes": "𓀀" * 2_000,
    "a number": "1e400",
    "words of JSON": "null",
}
# As JSON has them; half a character cannot be written otherwise.
VALUES = {
    **{name: json.dumps(text) for name, text in TEXTS.items()},
    "null": "null",
    "true": "true",
    "zero": "0",
    "a big number": "9" * 400,
    "a small number": "-1e308",
    "not a number": "NaN",
    "a list": "[]",
    "a nested list": '[["x", null, {"a": 1}]]',
    "a list of everything": '["", null, 1, {}, [], "\\u0000"]',
    "an object": '{"a": {"": null}}',
    "a prototype": '{"__proto__": {"x": 1}, "constructor": "x"}',
    "deep": "[" * 500 + "]" * 500,
    "deep objects": '{"a":' * 300 + "1" + "}" * 300,
    "half a character": '"\\ud800"',
    "huge": json.dumps("x" * 200_000),
    "many": json.dumps(["x"] * 5_000),
}
BODIES = [
    b"", b"{", b"[]", b"null", b'"x"', b"0", b"\xff\xfe", b"\x00", b"[" * 100_000,
    b'{"a":' * 20_000, b"{}" * 2, b'{"a": 1, "a": 2}', b"\xef\xbb\xbf{}",
]  # fmt: skip
MEDIA_TYPES = [
    "", "application/json", "application/yaml", "text/plain; charset=utf-16", "multipart/form-data",
    "multipart/form-data; boundary=", "multipart/form-data; boundary=edge; boundary=x", "\x00/é",
]  # fmt: skip
HEADERS = ("Prefer", "Idempotency-Key", "X-Actor-Groups", "X-Tenant-Id", "Content-Type", "If-Match")


@pytest.fixture(scope="module")
def two() -> Iterator[Two]:
    """Both tenants; the first is the one that has to bear it."""
    with two_tenants() as made:
        yield made


def attempt(
    two: Two,
    name: str,
    *,
    ids: dict[str, Any] | None = None,
    query: dict[str, str] | None = None,
    headers: dict[str, str] | None = None,
    body: bytes | None = None,
) -> Answer:
    """Send a request of the tenant's person, parts of it replaced."""
    operation, side = OPERATIONS[name], two.acme
    known = {each: side.ids[each] for each in parameters_of(operation)} | (ids or {})
    content, media_type = body_of(operation, known | {"actorUserId": side.person})
    sent = {
        "Authorization": f"Bearer {two.bearer(side, operation)}",
        "Prefer": "respond-async",
        **({"X-Actor-Id": side.person} if operation.credentials != "user" else {}),
        **({"Content-Type": media_type} if content is not None else {}),
        **(headers or {}),
    }
    url = path_of(operation, known) + (f"?{urlencode(query)}" if query else "")
    return send(operation.method, url, headers=sent, body=content if body is None else body)


def is_borne(name: str, answer: Answer, what: str) -> str | None:
    """What is wrong with the answer, None where it is one that its document describes."""
    described, _ = documents()[OPERATIONS[name].method, OPERATIONS[name].path]
    try:
        if answer.status in (404, 405) and str(answer.status) not in described["responses"]:
            return None  # the path leads to no operation any more
        assert str(answer.status) in described["responses"], answer.text[:200]
        assert answer.status < 500, answer.text[:200]
        if answer.status >= 400:
            refused(OPERATIONS[name], answer, answer.status)
    except (AssertionError, jsonschema.ValidationError) as error:
        return f"{what}: {answer.status} {error}"[:400]
    return None


def all_borne(found: Iterator[str | None]) -> None:
    """Nothing is wrong with any of them; what is, is told together."""
    wrong = [each for each in found if each]
    assert not wrong, "\n".join(wrong)


@pytest.mark.parametrize("name", [name for name in EVERY if fields_of(OPERATIONS[name])])
def test_in_the_fields_of_a_body(two: Two, name: str) -> None:
    operation = OPERATIONS[name]
    known = {each: two.acme.ids[each] for each in parameters_of(operation)}
    content, _ = body_of(operation, known | {"actorUserId": two.acme.person})
    good = json.loads(content or b"{}")

    def found() -> Iterator[str | None]:
        for field in sorted(fields_of(operation)):
            for what, value in VALUES.items():
                rest = {key: each for key, each in good.items() if key != field}
                text = json.dumps(rest).removesuffix("}")
                joint = ", " if rest else ""
                body = f'{text}{joint}"{field}": {value}}}'.encode()
                yield is_borne(name, attempt(two, name, body=body), f"{field} {what}")

    all_borne(found())


@pytest.mark.parametrize("name", [name for name in EVERY if OPERATIONS[name].method != "GET"])
def test_as_a_whole_body(two: Two, name: str) -> None:
    def found() -> Iterator[str | None]:
        for body in BODIES:
            yield is_borne(name, attempt(two, name, body=body), repr(body[:20]))
        for media_type in MEDIA_TYPES:
            answer = attempt(two, name, headers={"Content-Type": media_type})
            yield is_borne(name, answer, repr(media_type))

    all_borne(found())


@pytest.mark.parametrize("name", [name for name in EVERY if parameters_of(OPERATIONS[name])])
def test_in_the_path(two: Two, name: str) -> None:
    texts = {**TEXTS, "half a character": "%ED%A0%80", "a slash": "a/b", "a long id": "f" * 300}

    def found() -> Iterator[str | None]:
        for parameter in sorted(parameters_of(OPERATIONS[name])):
            for what, text in texts.items():
                if text:
                    answer = attempt(two, name, ids={parameter: text})
                    yield is_borne(name, answer, f"{parameter} {what}")
            for shape in ("wi_{}", "wt_{}", "{}-{}"):
                text = shape.replace("{}", "\x00" + "0" * 40)
                yield is_borne(name, attempt(two, name, ids={parameter: text}), quote(text))

    all_borne(found())


@pytest.mark.parametrize(
    "name", [name for name in EVERY if OPERATIONS[name].filters or OPERATIONS[name].paged]
)
def test_in_the_query(two: Two, name: str) -> None:
    operation = OPERATIONS[name]
    paging = ("limit", "cursor") if operation.paged else ()
    cursors = {
        "half a character": "eyJhZnRlciI6Ilx1ZDgwMCJ9",  # {"after":"\ud800"}
        "a null byte": "eyJhZnRlciI6IlwwMDAwIn0",
        "another script": "eyJhZnRlciI6IsOkIn0",
        "a list": "eyJhZnRlciI6W119",
        "deep": "W1tbW1tbW1tb",
    }

    def found() -> Iterator[str | None]:
        for parameter in (*operation.filters, *paging):
            hostile = TEXTS | (cursors if parameter == "cursor" else {})
            for what, text in hostile.items():
                answer = attempt(two, name, query={parameter: text})
                yield is_borne(name, answer, f"{parameter} {what}")

    all_borne(found())


@pytest.mark.parametrize("what", ["empty", "a null byte", "keys of ours", "emoji", "long"])
def test_in_the_headers(two: Two, what: str) -> None:
    """One operation of each kind, since all read their headers in one place."""
    kinds = {
        (each.face.name, each.method, each.waits, each.credentials, bool(each.body)): name
        for name, each in OPERATIONS.items()
    }

    def found() -> Iterator[str | None]:
        for name in sorted(kinds.values()):
            for header in (*HEADERS, "X-Actor-Id"):
                answer = attempt(two, name, headers={header: TEXTS[what]})
                yield is_borne(name, answer, f"{name} {header} {what}")

    all_borne(found())
