"""Idempotency-Key: what is answered again, what is refused, what is tried again."""

import time

import pytest
from botocore.exceptions import ClientError

from signoff.contracts.admin.face import ADMIN
from signoff.entrypoints import idempotency
from signoff.entrypoints.idempotency import read_key
from signoff.errors import Conflict, Malformed
from signoff.limits import COMMAND_KEPT_SECONDS
from signoff.storage.store import state
from tests.support.gateway import Context, event
from tests.unit.entrypoints.face_under_test import GOOD, Shown, Thing, ask, make
from tests.unit.identity.aws import aws

__all__ = ["aws"]


@pytest.fixture(autouse=True)
def _records(aws, scopes):
    idempotency._records.cache_clear()
    yield
    idempotency._records.cache_clear()


class Service:
    """Counts how often it was asked, and for whom."""

    def __init__(self, *, error=None):
        self.commands = []
        self.error = error

    def __call__(self, request):
        self.commands.append(request.caller.command_id)
        if self.error:
            raise self.error
        return Shown(said=f"call {len(self.commands)}")


def handler_for(service, name="things", **settings):
    def run(request):
        return service(request)

    run.__module__ = name
    return make(run, body=Thing, status=201, waits=True, **settings)


def post(handler, key='"k-1"', body=None, **headers):
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    named |= {"X-Actor-Id": "alice"} if "X-Actor-Id" not in named else {}
    if key is not None:
        named["Idempotency-Key"] = key
    return ask(handler, headers=named, body={"name": "x"} if body is None else body)


def test_the_recorded_answer_is_repeated_and_the_service_not_asked_again():
    service = Service()
    handler = handler_for(service)
    first = post(handler, Prefer="wait=9")
    again = post(handler, Prefer="wait=9")
    assert len(service.commands) == 1
    assert first[0] == again[0] == 201
    assert first[1] == again[1] == {"said": "call 1"}
    assert first[2]["Preference-Applied"] == again[2]["Preference-Applied"] == "wait=9"


def test_quotes_do_not_make_another_key():
    service = Service()
    handler = handler_for(service)
    post(handler, key='"k-1"')
    post(handler, key="k-1")
    post(handler, key=' "k-1" ')
    assert len(service.commands) == 1


def test_a_body_written_differently_is_the_same_body():
    service = Service()
    handler = handler_for(service)
    post(handler, body='{"name": "é", "count": 2}')
    post(handler, body='{ "count":2,"name":"\\u00e9"}')
    assert len(service.commands) == 1


@pytest.mark.parametrize("face", [None, ADMIN])
def test_another_body_under_the_key_is_422_in_every_contract(face):
    service = Service()
    handler = handler_for(service, **({"face": face} if face else {}))
    post(handler)
    status, body, _ = post(handler, body={"name": "y"})
    assert status == 422
    assert "Idempotency-Key was used for another request" in str(body)
    assert len(service.commands) == 1


def test_another_path_under_the_key_is_422():
    handler = make(lambda request: Shown(said="x"), "POST /things/{id}")
    sent = {"headers": {"Idempotency-Key": "k"}}
    assert ask(handler, path_parameters={"id": "a"}, **sent)[0] == 200
    assert ask(handler, path_parameters={"id": "b"}, **sent)[0] == 422


def test_a_key_belongs_to_its_actor_and_its_operation():
    service = Service()
    first, second = handler_for(service, "one"), handler_for(service, "two")
    post(first)
    post(second)
    post(first, X_Actor_Id="bob")
    assert len(service.commands) == len(set(service.commands)) == 3


def test_the_same_command_has_the_same_id_and_none_without_a_key():
    service = Service(error=Conflict("no"))
    handler = handler_for(service)
    post(handler)
    post(handler)
    post(handler, key=None)
    first, again, without = service.commands
    assert first == again
    assert len(first) == 64
    assert without is None


def test_a_refusal_is_not_recorded():
    service = Service(error=Conflict("not now"))
    handler = handler_for(service)
    assert post(handler)[0] == 409
    service.error = None
    assert post(handler)[:2] == (201, {"said": "call 2"})


def test_a_failure_of_ours_is_not_recorded():
    service = Service(error=RuntimeError("broken"))
    handler = handler_for(service)
    assert post(handler)[0] == 500
    service.error = None
    assert post(handler)[0] == 201


def test_a_request_while_the_first_is_running_is_409():
    inner = []

    def service(request):
        inner.append(post(handler))
        return Shown(said="outer")

    handler = handler_for(service)
    assert post(handler)[0] == 201
    status, body, _ = inner[0]
    assert status == 409
    assert body == {"error": "The first request with this Idempotency-Key is still running"}


def test_a_function_that_died_blocks_its_key_only_for_its_own_time():
    """What a crash between commit and recording leaves: the next one runs the command again."""
    service = Service(error=KeyboardInterrupt())
    handler = handler_for(service)
    sent = event(
        "POST",
        "/things",
        headers={"Authorization": GOOD, "Idempotency-Key": "k"},
        body='{"name": "x"}',
    )
    with pytest.raises(KeyboardInterrupt):
        handler(sent, Context(milliseconds=1))
    service.error = None
    time.sleep(0.01)
    assert handler(sent, Context())["statusCode"] == 201
    assert service.commands[0] == service.commands[1]


def test_the_record_is_under_the_tenant_and_expires_in_a_day():
    service = Service()
    post(handler_for(service))
    item = state().get((f"T#acme#IDEMPOTENCY#{service.commands[0]}", "ANSWER"))
    assert item is not None
    assert abs(item["expiresAt"] - time.time() - COMMAND_KEPT_SECONDS) < 60


def test_without_a_key_nothing_is_written():
    assert post(handler_for(Service()), key=None)[0] == 201
    assert not state_items()


@pytest.mark.parametrize("method", ["GET", "DELETE"])
def test_the_key_counts_on_posts_only(method):
    service = Service()
    handler = make(service, f"{method} /things")
    for _ in range(2):
        assert ask(handler, method=method, headers={"Idempotency-Key": "k"})[0] == 200
    assert service.commands == [None, None]


@pytest.mark.parametrize("key", ["", "   ", '""', "x" * 256, '"' + "x" * 256 + '"'])
def test_a_key_that_is_none_is_400(key):
    service = Service()
    assert post(handler_for(service), key=key)[0] == 400
    assert service.commands == []


@pytest.mark.parametrize(
    ("header", "key"),
    [
        (None, None),
        ("a", "a"),
        ('"a"', "a"),
        (r'"a\"b\\c"', r"a\"b\c".replace("\\", "", 1)),
        ('"half', '"half'),
        ("x" * 255, "x" * 255),
        ("clé 🔑", "clé 🔑"),
    ],
)
def test_how_a_key_is_read(header, key):
    assert read_key(header) == key


def test_an_empty_key_is_malformed():
    with pytest.raises(Malformed, match="1 to 255 characters"):
        read_key('""')


@pytest.mark.parametrize("operation", ["update_item", "delete_item"])
def test_a_record_that_cannot_be_written_does_not_change_the_answer(operation, monkeypatch, caplog):
    service = Service(error=Conflict("no") if operation == "delete_item" else None)
    handler = handler_for(service)
    post(handler, key="other")

    def fails(**_):
        raise ClientError({"Error": {"Code": "InternalServerError"}}, operation)

    records = idempotency._records("state")
    monkeypatch.setattr(records.client, operation, fails)
    assert post(handler)[0] == (409 if service.error else 201)
    assert "the answer could not be recorded" in caplog.text


def test_what_is_shown_once_is_not_recorded():
    handler = handler_for(Service(), shown_once=("said",))
    assert post(handler)[1] == {"said": "call 1"}
    assert post(handler)[1] == {"said": None}
    assert "call 1" not in str(state_items())


def state_items():
    from signoff.storage.clients import client

    return client("dynamodb").scan(TableName="state")["Items"]
