"""docs/webhooks.md says what the code does."""

import json
import re
from pathlib import Path

from signoff.outbound.urls import MAX_URL_CHARACTERS
from signoff.outbox import attempt
from signoff.webhooks.delivery import ANSWER_BYTES, KEPT_SECONDS, SHOWN_ATTEMPTS
from signoff.webhooks.filters import MAX_BYTES, MAX_CONDITIONS, MAX_PATHS, check_filters, fits
from signoff.webhooks.health import DISABLED_AFTER_SECONDS, FAILING_AFTER
from signoff.webhooks.patterns import MAX_PATTERNS
from signoff.webhooks.replay import MOST_AT_ONCE
from signoff.webhooks.retries import DELAYS
from signoff.webhooks.subscription import MAX_SUBSCRIPTIONS
from signoff.webhooks.wellbeing import SLOW_SECONDS

PAGE = (Path(__file__).parents[3] / "docs" / "webhooks.md").read_text(encoding="utf-8")
PROSE = " ".join(PAGE.split())


def test_the_filters_that_are_shown_can_be_used() -> None:
    [shown] = re.findall(r"```json\n(.*?)```", PAGE, re.DOTALL)
    filters = json.loads(shown)
    check_filters(filters)
    event = {"outcome": "APPROVED", "context": {"amount": 1000}, "tags": ["eu", "invoice"]}
    assert fits(filters, event)
    assert not fits(filters, event | {"formerAssigneeId": "bob"})


def test_the_times_are_those_of_the_code() -> None:
    five = {5: "five"}
    for told in (
        f"**Success is 2xx within {attempt.SECONDS:.0f} seconds**",
        f"After {five[FAILING_AFTER]} failures in a row",
        f"After {five[DISABLED_AFTER_SECONDS // 86_400]} days of failing",
        f"for {five[SLOW_SECONDS // 60]} minutes from the last such answer",
        f"about {', '.join(map(in_words, DELAYS[:-1]))} and {in_words(DELAYS[-1])} after",
    ):
        assert told in PROSE


def in_words(seconds: int) -> str:
    """As the page has it: in the largest unit that leaves nothing over."""
    for unit, size in (("h", 3600), ("min", 60)):
        if seconds % size == 0:
            return f"{seconds // size} {unit}"
    return f"{seconds} s"


def test_the_limits_are_those_of_the_code() -> None:
    for told in (
        f"at most {MAX_SUBSCRIPTIONS} webhooks",
        f"at most {MAX_URL_CHARACTERS:,} characters",
        f"1 to {MAX_PATTERNS} types",
        f"At most {MAX_PATHS} paths with {MAX_CONDITIONS} conditions each, {MAX_BYTES:,} bytes",
        f"kept for {KEPT_SECONDS // 86_400} days",
        f"newest {SHOWN_ATTEMPTS} attempts",
        f"first {ANSWER_BYTES:,} bytes",
        f"at most {MOST_AT_ONCE} a request",
    ):
        assert told in PROSE
