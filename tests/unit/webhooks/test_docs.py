"""docs/webhooks.md says what the code does."""

import json
import re
from pathlib import Path

from signoff.outbound.urls import MAX_URL_CHARACTERS
from signoff.webhooks.delivery import ANSWER_BYTES, KEPT_SECONDS, SHOWN_ATTEMPTS
from signoff.webhooks.filters import MAX_BYTES, MAX_CONDITIONS, MAX_PATHS, check_filters, fits
from signoff.webhooks.patterns import MAX_PATTERNS
from signoff.webhooks.replay import MOST_AT_ONCE
from signoff.webhooks.subscription import MAX_SUBSCRIPTIONS

PAGE = (Path(__file__).parents[3] / "docs" / "webhooks.md").read_text(encoding="utf-8")
PROSE = " ".join(PAGE.split())


def test_the_filters_that_are_shown_can_be_used() -> None:
    [shown] = re.findall(r"```json\n(.*?)```", PAGE, re.DOTALL)
    filters = json.loads(shown)
    check_filters(filters)
    event = {"outcome": "APPROVED", "context": {"amount": 1000}, "tags": ["eu", "invoice"]}
    assert fits(filters, event)
    assert not fits(filters, event | {"formerAssigneeId": "bob"})


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
