"""The sample events of pages: links in the form of ours, signed by a key that is not this one."""

import importlib
import json

import pytest

from tests.support.gateway import Context
from tests.support.links import Page
from tests.support.sam import ROOT
from tests.support.world import World, count_calls

NAMES = sorted(path.stem for path in (ROOT / "events" / "api" / "pages").glob("*.json"))


@pytest.mark.parametrize("name", NAMES)
def test_a_sample_event_gets_as_far_as_the_signature(here: World, name: str) -> None:
    file = ROOT / "events" / "api" / "pages" / f"{name}.json"
    handler = importlib.import_module(f"api.pages.{name}").handler
    with here.faults.watching() as seen:
        answer = handler(json.loads(file.read_text(encoding="utf-8")), Context())
    assert count_calls(seen.seen) == {"VerifyMac": 1}
    assert answer["statusCode"] == 404
    assert Page(answer["body"]).one("h1").text == "This link does not work"


def test_there_is_one_of_each() -> None:
    assert len(NAMES) == 5
