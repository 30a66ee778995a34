"""POST /api/v1/admin/webhooks/{webhookId}/rotate"""

import json
from datetime import timedelta

from signoff.clock import now
from signoff.storage.clients import client
from signoff.webhooks.read import find_subscription
from signoff.webhooks.secrets import signing_secrets
from tests.support.gateway import Client
from tests.unit.functions.api.admin.documents import data, error
from tests.unit.functions.api.admin.webhooks import UNKNOWN, URL, made, settings_entries


def signing(webhook_id: str, seconds: float = 0) -> list[str]:
    """What signs so many seconds from now."""
    return signing_secrets(
        find_subscription("acme", webhook_id), now() + timedelta(seconds=seconds)
    )


def test_both_secrets_sign_until_the_overlap_is_over(admin: Client) -> None:
    webhook = made(admin)
    url = f"{URL}/{webhook['id']}/rotate"
    rotated = data(admin.post(url, {"overlapSeconds": 3600}))
    assert rotated["secret"] != webhook["secret"]
    assert rotated["formerSecretUntil"] is not None
    assert signing(webhook["id"], 3590) == [rotated["secret"], webhook["secret"]]
    assert signing(webhook["id"], 3610) == [rotated["secret"]]
    third = data(admin.post(url))
    assert signing(webhook["id"], 3600 * 23) == [third["secret"], rotated["secret"]]


def test_without_an_overlap_the_former_secret_ends_at_once(admin: Client) -> None:
    webhook = made(admin)
    rotated = data(admin.post(f"{URL}/{webhook['id']}/rotate", {"overlapSeconds": 0}))
    assert rotated["formerSecretUntil"] is None
    assert signing(webhook["id"]) == [rotated["secret"]]
    assert find_subscription("acme", webhook["id"]).previous_secret is None


def test_a_repetition_does_not_rotate_again(admin: Client) -> None:
    webhook = made(admin)
    url = f"{URL}/{webhook['id']}/rotate"
    first = data(admin.post(url, Idempotency_Key="k"))
    # As if the answer had not been recorded: the command itself knows.
    forget_answers()
    again = data(admin.post(url, Idempotency_Key="k"))
    assert again == first | {"secret": None}
    assert signing(webhook["id"]) == [first["secret"], webhook["secret"]]
    assert len(settings_entries("webhook.rotated")) == 1


def forget_answers() -> None:
    """Remove what was recorded under Idempotency-Keys."""
    dynamodb = client("dynamodb")
    for item in dynamodb.scan(TableName="state")["Items"]:
        if "#IDEMPOTENCY#" in item["PK"]["S"]:
            key = {name: item[name] for name in ("PK", "SK")}
            dynamodb.delete_item(TableName="state", Key=key)


def test_the_secrets_are_stored_nowhere(admin: Client) -> None:
    webhook = made(admin)
    rotated = data(admin.post(f"{URL}/{webhook['id']}/rotate"))
    for table in ("state", "history"):
        stored = json.dumps(client("dynamodb").scan(TableName=table)["Items"])
        for each in (webhook, rotated):
            assert each["secret"].removeprefix("whsec_") not in stored


def test_what_does_not_fit_changes_nothing(admin: Client) -> None:
    webhook = made(admin)
    url = f"{URL}/{webhook['id']}/rotate"
    assert error(admin.post(url, {"overlapSeconds": 604_801}), 400)[1] == "overlapSeconds"
    assert error(admin.post(f"{URL}/{UNKNOWN}/rotate"), 404)[0] == "NOT_FOUND"
    assert signing(webhook["id"]) == [webhook["secret"]]
