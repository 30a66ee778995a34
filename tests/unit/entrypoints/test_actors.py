"""X-Actor-Id and X-Actor-Groups: who is believed, and what is read."""

import pytest

from tests.support.gateway import Context
from tests.unit.entrypoints.face_under_test import Shown, ask, make

pytestmark = pytest.mark.usefixtures("scopes")


def actor(request):
    caller = request.caller.actor
    return Shown(said="|".join((caller.id, *caller.groups)))


REQUIRED = make(actor, actor_required=True)
OPTIONAL = make(actor)


def told(handler, **headers):
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    status, body, _ = ask(handler, headers=named)
    return status, body.get("said") or body.get("error")


def test_id_and_groups_are_trimmed_and_empty_groups_dropped():
    answer = told(REQUIRED, X_Actor_Id=" alice ", X_Actor_Groups=" a, b ,,a, c d ,")
    assert answer == (200, "alice|a|b|c d")


def test_absent_groups_are_no_groups():
    assert told(REQUIRED, X_Actor_Id="alice") == (200, "alice")


def test_letter_case_of_header_names_does_not_matter():
    event = {
        "headers": {"AUTHORIZATION": "Bearer good", "x-ACTOR-id": "alice"},
        "requestContext": {"http": {"method": "POST"}},
    }
    assert REQUIRED(event, Context())["body"] == '{"said":"alice"}'


@pytest.mark.parametrize("blank", ["", "   ", "\t"])
def test_a_missing_or_blank_id_is_400_where_one_is_needed(blank):
    assert told(REQUIRED) == (400, "X-Actor-Id header is required")
    assert told(REQUIRED, X_Actor_Id=blank) == (400, "X-Actor-Id header is required")


def test_without_an_actor_the_key_itself_acts():
    assert told(OPTIONAL) == (200, "key:key-1")
    assert told(OPTIONAL, X_Actor_Groups="a") == (200, "key:key-1|a")


@pytest.mark.parametrize("name", ["key:key-2", "user:bob", "system:sla"])
def test_nobody_is_named_as_history_names_programs(name):
    assert told(OPTIONAL, X_Actor_Id=name) == (400, "X-Actor-Id is not the name of a person")
    assert told(OPTIONAL, X_Actor_Id="key:key-1") == (200, "key:key-1")


@pytest.mark.parametrize("handler", [REQUIRED, OPTIONAL])
@pytest.mark.parametrize("header", ["X_Actor_Id", "X_Actor_Groups"])
def test_a_key_that_may_not_assert_actors_may_name_none(handler, header, scopes):
    scopes("things:write")
    status, message = told(handler, **{header: "alice"})
    assert (status, "actors:assert" in message) == (403, True)


def test_without_actors_assert_a_missing_id_is_still_400(scopes):
    scopes("things:write")
    assert told(REQUIRED) == (400, "X-Actor-Id header is required")


def test_fifty_groups_are_read_and_fifty_one_refused():
    many = [f"group-{number}" for number in range(50)]
    status, said = told(REQUIRED, X_Actor_Id="a", X_Actor_Groups=",".join([*many, "group-0", ""]))
    assert (status, said) == (200, "|".join(["a", *many]))
    assert told(REQUIRED, X_Actor_Id="a", X_Actor_Groups=",".join([*many, "one-more"])) == (
        400,
        "X-Actor-Groups has more than 50 groups",
    )


@pytest.mark.parametrize("header", ["X_Actor_Id", "X_Actor_Groups"])
def test_names_are_bounded_and_without_control_characters(header):
    base = {"X_Actor_Id": "a"}
    assert told(REQUIRED, **(base | {header: "x" * 256}))[0] == 200
    assert told(REQUIRED, **(base | {header: "x" * 257}))[0] == 400
    assert told(REQUIRED, **(base | {header: "a\x00b"}))[0] == 400
    assert told(REQUIRED, **(base | {header: "a\u0085b"}))[0] == 400


@pytest.mark.parametrize("name", ["José", "山田太郎", "👩🏽‍⚖️ judge", "Ünïcode", "😀"])
def test_names_survive_whichever_way_the_server_read_their_bytes(name):
    as_latin_1 = name.encode().decode("latin-1")
    assert told(REQUIRED, X_Actor_Id=name, X_Actor_Groups=name) == (200, f"{name}|{name}")
    if not any("\x80" <= letter <= "\x9f" for letter in name):
        assert told(REQUIRED, X_Actor_Id=as_latin_1) == (200, name)


def test_a_name_in_latin_1_is_that_name():
    assert told(REQUIRED, X_Actor_Id="Jos\xe9") == (200, "José")
