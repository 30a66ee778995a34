"""The receivers' helper takes what is signed here and by Standard Webhooks' own library, alone."""

import ast
import base64
import sys
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from standardwebhooks import Webhook

from signoff.webhooks import verify as module
from signoff.webhooks.signing import signed_headers
from signoff.webhooks.verify import NotGenuine, Received, verify, verify_papyrus

SECRET = "whsec_" + base64.b64encode(b"a key of twenty-four byt").decode()
OTHER = "whsec_" + base64.b64encode(b"another of twenty-four b").decode()
BODY = '{"id":"evt_1","type":"workflow.completed","data":{"comment":"größer"}}'.encode()
AT = datetime(2026, 11, 21, 15, 42, 5, tzinfo=UTC)
NOW = AT.timestamp()

BOTH = pytest.mark.parametrize("check", [verify, verify_papyrus])


def signed(*secrets: str, body: bytes = BODY, at: datetime = AT) -> dict[str, str]:
    return signed_headers("evt_1", body, secrets or [SECRET], at)


@BOTH
def test_what_is_signed_is_genuine(check):
    received = check(BODY, signed(), SECRET, now=NOW)
    assert (received.id, received.sent_at) == ("evt_1", int(NOW))
    assert received.event["data"] == {"comment": "größer"}


@BOTH
def test_headers_are_taken_in_any_spelling(check):
    shouted = {name.upper(): value for name, value in signed().items()}
    assert check(BODY, shouted, SECRET, now=NOW).id == "evt_1"


@BOTH
def test_the_clock_is_asked_where_no_time_is_given(check):
    assert check(BODY, signed(at=datetime.now(UTC)), SECRET).id == "evt_1"
    with pytest.raises(NotGenuine):
        check(BODY, signed(at=datetime.now(UTC) - timedelta(seconds=400)), SECRET)


@BOTH
@pytest.mark.parametrize("body", [BODY + b" ", BODY.replace(b"completed", b"cancelled"), b""])
def test_another_body_is_not(check, body):
    with pytest.raises(NotGenuine):
        check(body, signed(), SECRET, now=NOW)


@BOTH
@pytest.mark.parametrize("late", [-301, 301])
def test_what_was_signed_at_another_time_is_not(check, late):
    with pytest.raises(NotGenuine):
        check(BODY, signed(), SECRET, now=NOW + late)
    assert check(BODY, signed(), SECRET, now=NOW + late, tolerance=400).id == "evt_1"


@BOTH
def test_a_later_time_cannot_be_put_in_its_place(check):
    old, now = signed(), signed(at=AT + timedelta(hours=1))
    moved = {
        **old,
        "webhook-timestamp": now["webhook-timestamp"],
        "X-Papyrus-Signature": old["X-Papyrus-Signature"].replace(
            old["webhook-timestamp"], now["webhook-timestamp"]
        ),
    }
    with pytest.raises(NotGenuine):
        check(BODY, moved, SECRET, now=NOW + 3600)


def test_another_id_is_not():
    with pytest.raises(NotGenuine):
        verify(BODY, signed() | {"webhook-id": "evt_2"}, SECRET, now=NOW)


@BOTH
def test_while_a_secret_is_changed_either_is_good(check):
    headers = signed(OTHER, SECRET)
    assert check(BODY, headers, SECRET, now=NOW).id == "evt_1"
    assert check(BODY, headers, OTHER, now=NOW).id == "evt_1"
    assert check(BODY, signed(OTHER), [SECRET, OTHER], now=NOW).id == "evt_1"
    with pytest.raises(NotGenuine):
        check(BODY, signed(OTHER), [SECRET], now=NOW)


@BOTH
def test_without_a_secret_nothing_is_genuine(check):
    with pytest.raises(NotGenuine):
        check(BODY, signed(), [], now=NOW)


@BOTH
@pytest.mark.parametrize("secret", ["", "whsec_", "whsec_not base64", "whsec_ü"])
def test_a_secret_that_is_none_is_a_mistake_of_the_receiver(check, secret):
    with pytest.raises(ValueError, match="whsec_ and base64"):
        check(BODY, signed(), secret, now=NOW)


@BOTH
def test_without_headers_nothing_is_genuine(check):
    with pytest.raises(NotGenuine, match="missing"):
        check(BODY, {}, SECRET, now=NOW)


@pytest.mark.parametrize(
    "changed",
    [
        {"webhook-id": "evt_\udc80"},
        {"webhook-timestamp": "soon"},
        {"webhook-timestamp": "١٧٦٣٧٣٩٧٢٥"},
        {"webhook-timestamp": "9" * 5000},
        {"webhook-signature": "v1"},
        {"webhook-signature": "v1,"},
        {"webhook-signature": "v2," + signed()["webhook-signature"][3:]},
        {"webhook-signature": signed()["webhook-signature"].lower()},
        {"webhook-signature": "v1,\ud800ü"},
    ],
)
def test_broken_headers_are_not(changed):
    with pytest.raises(NotGenuine):
        verify(BODY, signed() | changed, SECRET, now=NOW)


@pytest.mark.parametrize(
    "header",
    [
        "t=1",
        "v1=00",
        f"t={int(NOW)},v1=",
        f"t={int(NOW)},t={int(NOW) + 1}," + signed()["X-Papyrus-Signature"].partition(",")[2],
        f"t={int(NOW)},v0=" + signed()["X-Papyrus-Signature"].rpartition("=")[2],
        "t=,v1=",
        "===,,,",
    ],
)
def test_a_broken_papyrus_signature_is_none(header):
    with pytest.raises(NotGenuine):
        verify_papyrus(BODY, {"X-Papyrus-Signature": header}, SECRET, now=NOW)


@pytest.mark.parametrize("body", [b"not json", b"[1]", b"\xff\xfe", b""])
def test_a_signed_body_that_is_no_event_is_refused(body):
    with pytest.raises(NotGenuine):
        verify(body, signed(body=body), SECRET, now=NOW)


@given(st.binary(max_size=40), st.binary(min_size=1, max_size=70), st.integers(0, 2**40))
def test_it_agrees_with_the_projects_own_library(noise, key, id_):
    secret = "whsec_" + base64.b64encode(key).decode()
    body = b'{"noise":"' + base64.b64encode(noise) + b'"}'
    at = datetime.fromtimestamp(int(time.time()), UTC)
    signature = Webhook(secret).sign(f"evt_{id_}", at, body.decode())
    headers = {
        "webhook-id": f"evt_{id_}",
        "webhook-timestamp": str(int(at.timestamp())),
        "webhook-signature": signature,
    }
    assert verify(body, headers, secret) == Received(
        f"evt_{id_}", int(at.timestamp()), Webhook(secret).verify(body.decode(), headers)
    )


@given(st.text(max_size=80), st.text(max_size=80))
def test_whatever_the_headers_say_it_answers_or_refuses(first, second):
    headers = {
        "webhook-id": first or "x",
        "webhook-timestamp": str(int(NOW)),
        "webhook-signature": second or "x",
        "x-papyrus-signature": f"t={int(NOW)},{second}",
    }
    for check in (verify, verify_papyrus):
        with pytest.raises(NotGenuine):
            check(BODY, headers, SECRET, now=NOW)


def test_the_file_can_be_copied_to_a_receiver_as_it_is():
    tree = ast.parse(Path(module.__file__).read_text(encoding="utf-8"))
    names = {
        (node.module if isinstance(node, ast.ImportFrom) else node.names[0].name).partition(".")[0]
        for node in ast.walk(tree)
        if isinstance(node, ast.Import | ast.ImportFrom)
    }
    assert names <= sys.stdlib_module_names
