"""What an endpoint refuses before its service is asked, in which order, and how."""

import base64
import json

import pytest
from pydantic import BaseModel, ConfigDict
from pydantic.alias_generators import to_camel

from signoff.contracts.admin.face import ADMIN
from signoff.entrypoints.http import MAX_BODY_BYTES
from signoff.errors import (
    Busy,
    Conflict,
    Forbidden,
    Invalid,
    Malformed,
    NotFound,
    ScopeMissing,
    StillRunning,
)
from tests.support.gateway import Context
from tests.unit.entrypoints.face_under_test import Shown, Thing, ask, make

pytestmark = pytest.mark.usefixtures("scopes")

ACTOR = {"X-Actor-Id": "alice"}
RUN_ID = "c0ffee00-0000-4000-8000-000000000001"


def never(request):
    pytest.fail("the service was asked")


def said(request):
    return Shown(said="yes")


def test_the_first_fault_is_the_one_that_is_told(scopes):
    """Credentials, scope, actor, path, query, body: each is mended in turn."""
    handler = make(
        never,
        "POST /things/{thingId}",
        body=Thing,
        uuids=("thingId",),
        actor_required=True,
    )
    wrong = {
        "headers": {"Authorization": "Bearer bad", "Idempotency-Key": ""},
        "path_parameters": {"thingId": "x"},
        "query": {"limit": "0"},
        "body": "{",
    }
    scopes()
    assert ask(handler, **wrong)[0] == 401
    del wrong["headers"]["Authorization"]
    assert ask(handler, **wrong)[:2] == (403, {"error": "This key lacks the scope things:write"})
    scopes("things:write", "actors:assert")
    assert ask(handler, **wrong)[:2] == (400, {"error": "X-Actor-Id header is required"})
    wrong["headers"] |= ACTOR
    assert ask(handler, **wrong)[:2] == (400, {"error": "Invalid thingId"})
    wrong["path_parameters"] = {"thingId": RUN_ID}
    assert ask(handler, **wrong)[:2] == (
        400,
        {"error": "limit must be a whole number from 1 to 200"},
    )
    del wrong["query"]
    assert ask(handler, **wrong)[:2] == (400, {"error": "The body is not valid JSON"})


def test_a_challenge_comes_with_401():
    status, _, headers = ask(make(never), headers={"Authorization": "Bearer bad"})
    assert status == 401
    assert headers["WWW-Authenticate"].startswith("Bearer")


@pytest.mark.parametrize(
    ("error", "status", "admin_status", "code"),
    [
        (Malformed("no"), 400, 400, "VALIDATION_FAILED"),
        (Forbidden("no"), 403, 403, "FORBIDDEN"),
        (ScopeMissing("no"), 403, 403, "SCOPE_INSUFFICIENT"),
        (NotFound("no"), 404, 404, "NOT_FOUND"),
        (Conflict("no"), 409, 409, "WORKFLOW_CONFLICT"),
        (StillRunning("no"), 409, 409, "WORKFLOW_CONFLICT"),
        (Invalid("no", field="outcome"), 422, 400, "VALIDATION_FAILED"),
        (Busy("no"), 503, 503, "SERVICE_UNAVAILABLE"),
    ],
)
def test_a_refusal_of_the_domain_in_each_contracts_words(error, status, admin_status, code):
    def refuse(request):
        raise error

    assert ask(make(refuse))[:2] == (status, {"error": "no"})
    answered, body, headers = ask(make(refuse, face=ADMIN))
    assert answered == admin_status
    assert body == {
        "success": False,
        "errors": [{"code": code, "message": "no", "field": error.field, "severity": "error"}],
        "meta": {"requestId": headers["X-Request-Id"]},
    }


def test_busy_says_when_to_come_again():
    def refuse(request):
        raise Busy("Too many writers")

    assert ask(make(refuse))[2]["Retry-After"] == "1"


def test_what_breaks_is_500_and_leaks_nothing(caplog):
    def breaks(request):
        raise RuntimeError("table secret-name is gone")

    status, body, _ = ask(make(breaks))
    assert (status, body) == (500, {"error": "Internal server error"})
    assert "secret-name" in caplog.text


@pytest.mark.parametrize(
    "body",
    [
        None,
        "",
        "{",
        "nope",
        '{"name": "x"} {}',
        '{"name": NaN}',
        '{"name": "x", "nested": {"a": 1e999}}',
        '{"name": "\\ud83d"}',
        b"\xff\xfe\x00",
        '{"nested": ' + '{"a":' * 80 + "1" + "}" * 81,
        "[" * 100_000,
        '{"count": ' + "9" * 5_000 + "}",
    ],
)
def test_what_is_no_json_is_400(body):
    assert ask(make(never, body=Thing), body=body)[:2] == (
        400,
        {"error": "The body is not valid JSON"},
    )


@pytest.mark.parametrize(
    ("body", "status", "told"),
    [
        ([], 400, "The body must be a JSON object"),
        ("null", 400, "The body must be a JSON object"),
        ({}, 400, "name is required"),
        ({"name": None}, 400, "name: Input should be a valid string"),
        ({"name": 7}, 400, "name: Input should be a valid string"),
        ({"name": "x", "count": "1"}, 400, "count: Input should be a valid integer"),
        ({"name": "x", "count": True}, 400, "count: Input should be a valid integer"),
        ({"name": "x" * 11}, 422, "name: String should have at most 10 characters"),
        ({"name": "x", "nested": []}, 400, "nested: Input should be an object"),
        ({"name": "x", "inner": 3}, 400, "inner: Input should be an object"),
        ({"name": "x", "names": "y"}, 400, "names: Input should be an array"),
        ({"name": "x", "names": ["y"] * 3}, 422, "names: List should have at most 2 items, not 3"),
        # what cannot be read is told before what does not fit
        ({"name": "x" * 11, "count": "1"}, 400, "count: Input should be a valid integer"),
    ],
)
def test_wrong_types_are_400_and_unfit_values_422(body, status, told):
    assert ask(make(never, body=Thing), body=body)[:2] == (status, {"error": told})


def test_the_envelope_names_every_fault_of_a_body():
    _, body, _ = ask(make(never, face=ADMIN, body=Thing), body={"count": "1", "nested": 3})
    assert [error["field"] for error in body["errors"]] == ["name", "count", "nested"]


class Strict(BaseModel):
    """A body that takes no other field; with an object in it that is as strict."""

    model_config = ConfigDict(extra="forbid", alias_generator=to_camel)

    user_id: str = ""
    inner: "Strict | None" = None


@pytest.mark.parametrize(
    ("body", "told"),
    [
        ({"userid": "x"}, "There is no field 'userid'; there are userId, inner"),
        ({"inner": {"userid": "x"}}, "There is no field 'inner.userid'"),
    ],
)
def test_a_field_that_is_none_is_told_with_those_that_there_are(body, told):
    assert ask(make(never, body=Strict), body=body)[:2] == (400, {"error": told})


def test_unknown_fields_are_ignored_where_the_body_allows_them():
    assert ask(make(said, body=Thing), body={"name": "x", "more": {"a": 1}})[0] == 200


def test_a_base64_body_with_a_byte_order_mark_is_read():
    def echo(request):
        return Shown(said=request.body.name)

    status, body, _ = ask(
        make(echo, body=Thing), body=b"\xef\xbb\xbf" + json.dumps({"name": "é 🖋"}).encode()
    )
    assert (status, body) == (200, {"said": "é 🖋"})


@pytest.mark.parametrize("as_bytes", [False, True])
def test_a_body_over_the_bound_is_413_and_one_at_it_is_read(as_bytes):
    def size(request):
        return Shown(said=str(len(request.content)))

    text = json.dumps({"name": "x", "padding": ""})
    at_bound = text[:-2] + "x" * (MAX_BODY_BYTES - len(text)) + text[-2:]
    over = at_bound + " "
    encode = str.encode if as_bytes else str
    assert ask(make(size, body=Thing), body=encode(at_bound))[:2] == (
        200,
        {"said": str(MAX_BODY_BYTES)},
    )
    assert ask(make(never, body=Thing), body=encode(over))[0] == 413
    assert ask(make(never), body=encode(over * 2))[0] == 413


def test_the_bound_counts_bytes_not_characters():
    assert ask(make(never), body="é" * (MAX_BODY_BYTES // 2 + 1))[0] == 413


def test_a_body_that_is_no_base64_is_400():
    handler = make(never, body=Thing)
    event = {
        "headers": {"authorization": "Bearer good"},
        "body": "é",
        "isBase64Encoded": True,
        "requestContext": {"http": {"method": "POST"}},
    }
    assert handler(event, Context())["statusCode"] == 400
    event["body"] = base64.b64encode(b'{"name": "x"}').decode()[:-2]
    assert handler(event, Context())["statusCode"] == 400


@pytest.mark.parametrize("text", ["x", "", RUN_ID + "0", RUN_ID[:-1], "{" + RUN_ID + "}", "../.."])
def test_an_id_that_is_no_uuid_is_400(text):
    handler = make(never, "GET /things/{thingId}", uuids=("thingId",))
    assert ask(handler, method="GET", path_parameters={"thingId": text})[:2] == (
        400,
        {"error": "Invalid thingId"},
    )


def test_an_id_may_be_in_capitals_and_arrives_in_small_letters():
    def echo(request):
        return Shown(said=request.path["thingId"])

    handler = make(echo, "GET /things/{thingId}", uuids=("thingId",))
    assert ask(handler, path_parameters={"thingId": RUN_ID.upper()})[1] == {"said": RUN_ID}


def test_a_free_path_parameter_is_bounded():
    handler = make(never, "GET /things/{name}")
    assert ask(handler, path_parameters={"name": "x" * 257})[:2] == (400, {"error": "Invalid name"})
