"""What is sent is verified by the Standard Webhooks project's own library."""

import hashlib
import hmac
from base64 import b64decode
from datetime import UTC, datetime

import pytest
from standardwebhooks import Webhook, WebhookVerificationError

from signoff.clock import now
from signoff.webhooks.secrets import new_secret
from signoff.webhooks.signing import signed_headers

BODY = '{"id":"evt_1","data":{"title":"Größe"}}'.encode()


def verify(secret, body, headers):
    return Webhook(secret).verify(body.decode(), headers)


def test_the_projects_own_library_verifies_a_delivery():
    secret = new_secret()
    headers = signed_headers("evt_1", BODY, [secret], now())
    assert verify(secret, BODY, headers)["id"] == "evt_1"
    assert headers["webhook-id"] == "evt_1"


@pytest.mark.parametrize("change", ["body", "id", "time", "secret"])
def test_and_refuses_it_when_anything_is_different(change):
    secret, body = new_secret(), BODY
    headers = signed_headers("evt_1", body, [secret], now())
    if change == "body":
        body = body.replace(b"evt_1", b"evt_2")
    elif change == "id":
        headers["webhook-id"] = "evt_2"
    elif change == "time":
        headers["webhook-timestamp"] = str(int(headers["webhook-timestamp"]) - 1)
    else:
        secret = new_secret()
    with pytest.raises(WebhookVerificationError):
        verify(secret, body, headers)


def test_in_the_overlap_both_secrets_verify_it_in_both_schemes():
    present, former = new_secret(), new_secret()
    headers = signed_headers("evt_1", BODY, [present, former], now())
    for secret in (present, former):
        assert verify(secret, BODY, headers)
    assert headers["webhook-signature"].count("v1,") == 2
    moment, *signatures = headers["X-Papyrus-Signature"].split(",")
    assert len(signatures) == 2
    for secret, signature in zip((present, former), signatures, strict=True):
        assert signature == "v1=" + papyrus(secret, moment.removeprefix("t="))


def papyrus(secret, moment):
    """The signature as the docs tell receivers to make it."""
    key = b64decode(secret.removeprefix("whsec_"))
    return hmac.new(key, moment.encode() + b"." + BODY, hashlib.sha256).hexdigest()


def test_papyrus_signature_is_over_the_time_and_the_body_with_the_decoded_secret():
    at = datetime(2026, 11, 21, 9, 15, 22, 900_000, tzinfo=UTC)
    secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
    headers = signed_headers("evt_1", BODY, [secret], at)
    assert headers["webhook-timestamp"] == "1795252522"
    assert headers["X-Papyrus-Signature"] == f"t=1795252522,v1={papyrus(secret, '1795252522')}"


def test_the_vector_of_the_standard_is_signed_as_it_says():
    """From the Standard Webhooks libraries' own tests."""
    headers = signed_headers(
        "msg_p5jXN8AQM9LWM0D4loKWxJek",
        b'{"test": 2432232314}',
        ["whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"],
        datetime.fromtimestamp(1614265330, UTC),
    )
    assert headers["webhook-signature"] == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="
