"""Which secrets sign, and how they are kept."""

import base64
from dataclasses import replace
from datetime import timedelta

import pytest

from signoff.clock import now, timestamp
from signoff.storage.sealed import CannotOpen
from signoff.webhooks.matching import wants
from signoff.webhooks.secrets import PREFIX, new_secret, sealed_secret, signing_secrets
from signoff.webhooks.subscription import Subscription
from tests.support.world import World

ID = "0193a5f0-6c1e-7d39-9a52-0c8d1f3e7b11"


def subscription(secret: str) -> Subscription:
    at = timestamp()
    sealed = sealed_secret(secret, "acme", ID)
    return Subscription("acme", ID, "https://example.com/", ("workflow.*",), at, at, sealed)


def test_a_secret_is_as_standard_webhooks_has_it() -> None:
    secrets = {new_secret() for _ in range(20)}
    assert len(secrets) == 20
    for secret in secrets:
        assert secret.startswith(PREFIX)
        assert len(base64.b64decode(secret.removeprefix(PREFIX), validate=True)) == 32


def test_one_secret_signs(here: World) -> None:
    secret = new_secret()
    kept = subscription(secret)
    assert secret not in str(kept.to_item())
    assert signing_secrets(kept) == [secret]


def test_two_sign_in_the_overlap_and_the_new_one_comes_first(here: World) -> None:
    old, new = new_secret(), new_secret()
    moment = now()
    rotated = replace(
        subscription(new),
        previous_secret=sealed_secret(old, "acme", ID),
        previous_until=timestamp(moment + timedelta(seconds=60)),
    )
    assert signing_secrets(rotated, moment) == [new, old]
    assert signing_secrets(rotated, moment + timedelta(seconds=61)) == [new]


def test_the_secret_of_another_subscription_opens_nothing(here: World) -> None:
    kept = subscription(new_secret())
    for foreign in (replace(kept, tenant="umbrella"), replace(kept, subscription_id="other")):
        with pytest.raises(CannotOpen):
            signing_secrets(foreign)


def test_a_subscription_wants_what_it_names_and_its_filters_let_through(here: World) -> None:
    kept = subscription(new_secret())
    assert wants(kept, {"flow.completed", "workflow.completed"}, {})
    assert not wants(kept, {"document.uploaded"}, {})
    assert not wants(kept, (), {})
    narrow = replace(kept, filters={"outcome": ["APPROVED"]})
    assert wants(narrow, ["workflow.completed"], {"outcome": "APPROVED"})
    assert not wants(narrow, ["workflow.completed"], {"outcome": "REJECTED"})
    assert not wants(narrow, ["workflow.completed"], {})


def test_what_is_kept_is_what_was(here: World) -> None:
    kept = replace(subscription(new_secret()), filters={"a.b": [{"numeric": [">", 1.5]}]})
    assert Subscription.from_item(kept.to_item()) == kept
