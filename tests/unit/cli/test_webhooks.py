"""``signoff webhooks``."""

import json
from collections.abc import Callable
from pathlib import Path
from time import monotonic
from types import SimpleNamespace
from typing import Any, get_args

import pytest

from signoff.cli import deliveries
from signoff.outbound.patience import Word
from signoff.webhooks import replay
from tests.unit.cli.command_line import Signoff
from tests.unit.functions.api.admin.webhooks import at, deliver, make_failing

URL = "https://erp.example.com/in"


@pytest.fixture
def webhook(admin: Signoff) -> str:
    """The id of a webhook."""
    made = admin("webhooks", "create", URL, "--event", "workflow.*", "--json")
    assert made.code == 0, made.err
    return str(made.json["id"])


def test_a_secret_is_shown_once(admin: Signoff) -> None:
    filters = '{"outcome": ["APPROVED"]}'
    made = admin("webhooks", "create", URL, "--event", "workflow.*", "--filters", filters)
    assert made.code == 0, made.err
    assert "whsec_" in made.out
    assert "cannot be shown again" in made.err
    listed = admin("webhooks", "list")
    assert URL in listed.out
    assert "whsec_" not in listed.out
    [whole] = admin("webhooks", "list", "--json").json
    assert whole["filters"] == json.loads(filters)
    assert filters in admin("webhooks", "show", whole["id"]).out


def test_filters_come_from_a_file_too(admin: Signoff, nowhere: Path) -> None:
    file = nowhere / "filters.json"
    file.write_text('{"amount": {"numeric": [">", 5]}}', encoding="utf-8")
    words = ("webhooks", "create", URL, "--event", "*", "--filters")
    assert admin(*words, str(file), "--json").json["filters"] == {"amount": {"numeric": [">", 5]}}
    file.write_text("[]", encoding="utf-8")
    refused = admin(*words, str(file))
    assert (refused.code, "holds no JSON object" in refused.err) == (2, True)


def test_what_does_not_fit_is_named(admin: Signoff) -> None:
    refused = admin("webhooks", "create", "https://10.0.0.1/", "--event", "workflow.*")
    assert refused.code == 1
    assert "public internet" in refused.err
    assert admin("webhooks", "create", URL).code == 2


def test_a_webhook_is_edited_rotated_switched_and_deleted(admin: Signoff, webhook: str) -> None:
    words = ("--event", "document.*", "--description", "ERP", "--no-filters", "--json")
    edited = admin("webhooks", "edit", webhook, *words).json
    assert (edited["eventTypes"], edited["description"]) == (["document.*"], "ERP")
    assert admin("webhooks", "edit", webhook, "--filters", "{}", "--no-filters").code == 2
    rotated = admin("webhooks", "rotate", webhook, "--overlap", "0")
    assert "whsec_" in rotated.out
    assert "signs nothing any more" in rotated.err
    assert "signs too until" in admin("webhooks", "rotate", webhook).err
    assert "DISABLED" in admin("webhooks", "disable", webhook).out
    assert "ACTIVE" in admin("webhooks", "enable", webhook).out
    assert admin("webhooks", "delete", webhook, typed="n\n").code == 130
    assert "Deleted" in admin("webhooks", "delete", webhook, "--yes").err
    assert admin("webhooks", "show", webhook).code == 4


def test_deliveries_are_listed_and_shown(admin: Signoff, webhook: str) -> None:
    ids = [deliver(webhook, minute, "FAILED" if minute else "DELIVERED") for minute in range(3)]
    listed = admin("webhooks", "deliveries", webhook, "--status", "failed", "--since", at(1))
    assert [each in listed.out for each in ids] == [False, True, True]
    limited = admin("webhooks", "deliveries", webhook, "--limit", "1")
    assert "--limit shows more" in limited.err
    shown = admin("webhooks", "delivery", webhook, ids[1])
    assert "ok then" in shown.out
    assert admin("webhooks", "delivery", webhook, ids[1], "--json").json["id"] == ids[1]


def test_one_is_sent_again_or_all_that_failed(
    admin: Signoff, webhook: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    ids = [deliver(webhook, minute, "FAILED") for minute in range(5)]
    one = admin("webhooks", "replay", webhook, ids[0])
    assert "PENDING" in one.out
    assert one.err == ""
    monkeypatch.setattr(replay, "MOST_AT_ONCE", 2)
    every = admin("webhooks", "replay", webhook, "--since", at(0))
    assert every.err == "4 are due again.\n"
    none = admin("webhooks", "replay", webhook, "--since", "30m")
    assert (none.code, none.err) == (0, "Nothing was given up since then.\n")
    assert admin("webhooks", "replay", webhook).code == 2
    assert admin("webhooks", "replay", webhook, ids[0], "--since", at(0)).code == 2


def test_a_replay_ends_and_says_that_there_are_more(
    admin: Signoff, webhook: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    for minute in range(5):
        deliver(webhook, minute, "FAILED")
    monkeypatch.setattr(replay, "MOST_AT_ONCE", 1)
    monkeypatch.setattr(deliveries, "MOST_CALLS", 3)
    make_failing(webhook)
    result = admin("webhooks", "replay", webhook, "--since", at(0), "--json")
    assert result.code == 1
    assert result.json == {"replayed": 3, "hasMore": True, "webhookStatus": "FAILING"}
    assert "waits until it is ACTIVE" in result.err


@pytest.fixture
def fanned_out(monkeypatch: pytest.MonkeyPatch) -> Callable[[str, Any], None]:
    """Have the delivery of the next test appear, as it is, after the first look."""

    def when_looked(webhook: str, status: Any) -> None:
        made: list[str] = []

        def sleep(_: float) -> None:
            if not made:
                made.append(deliver(webhook, 0, status))

        test = deliveries._attempted
        monkeypatch.setattr(deliveries, "time", SimpleNamespace(sleep=sleep, monotonic=monotonic))
        monkeypatch.setattr(
            deliveries,
            "_attempted",
            lambda api, id_, delivery, wait: test(api, id_, known(webhook), wait),
        )

    return when_looked


def known(webhook: str) -> str:
    """The id that ``deliver`` gives the delivery of an event at that minute."""
    from signoff.webhooks.delivery import delivery_id

    return delivery_id("evt_0", at(0), webhook)


def test_a_test_shows_how_it_was_answered(
    admin: Signoff, webhook: str, fanned_out: Callable[[str, Any], None]
) -> None:
    fanned_out(webhook, "DELIVERED")
    result = admin("webhooks", "test", webhook)
    assert result.code == 0, result.err
    assert "DELIVERED" in result.out
    assert "ok then" in result.out


def test_a_test_that_fails_is_a_problem(
    admin: Signoff, webhook: str, fanned_out: Callable[[str, Any], None]
) -> None:
    fanned_out(webhook, "FAILED")
    result = admin("webhooks", "test", webhook, "--json")
    assert result.code == 1
    assert result.json["lastStatus"] == 500
    assert "has not arrived: it was answered 500.\nA test is sent once" in result.err


def test_all_that_keeps_an_event_from_arriving_has_words() -> None:
    for problem in (*get_args(Word), "secret"):
        for status in (None, 200):  # an answer that broke off in its body has a status, too
            said = deliveries._why({"lastError": problem, "lastStatus": status})
            assert len(said.split()) > 3, problem
            assert "200" not in said


def test_a_test_does_not_wait_for_ever(
    admin: Signoff, webhook: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    moments = iter(range(100))
    clock = SimpleNamespace(sleep=lambda _: None, monotonic=lambda: next(moments))
    monkeypatch.setattr(deliveries, "time", clock)
    result = admin("webhooks", "test", webhook, "--wait", "3")
    assert result.code == 1
    assert "not tried within 3 s" in result.err
    assert "deliveryId" in admin("webhooks", "test", webhook, "--wait", "0", "--json").json
    assert "Delivery:" in admin("webhooks", "test", webhook, "--wait", "0").out
