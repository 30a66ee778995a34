"""The guard: a mend is applied to the emulator that it was written for, or not at all."""

from __future__ import annotations

import importlib.metadata
from pathlib import Path

import pytest

from signoff_local import mends
from signoff_local.mends import guard

KNOWN = "core.concurrency:resource_lock"


def test_every_mend_fits_the_installed_emulator() -> None:
    guard.require_version()
    for name in mends.ALL:
        guard.unchanged(name, mends.load(name).RELIES_ON)


def test_another_version_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(importlib.metadata, "version", lambda _: "9.9.9")

    with pytest.raises(guard.MendError, match=r"ministack 9\.9\.9 is installed"):
        guard.require_version()


def test_a_changed_function_is_refused_with_both_digests() -> None:
    with pytest.raises(guard.MendError, match=f"{KNOWN}: found [0-9a-f]{{12}}, written for 0000"):
        guard.unchanged("mend", {KNOWN: "0000"})


def test_a_function_that_is_gone_is_refused() -> None:
    assert guard.changes({"core.concurrency:never_was": "0000"}) == [
        "core.concurrency:never_was: found nothing of that name, written for 0000"
    ]
    assert guard.changes({"core.nowhere:at_all": "0000"}) == [
        "core.nowhere:at_all: found nothing of that name, written for 0000"
    ]


def test_every_mend_says_what_aws_does_what_the_emulator_does_and_how_to_see_it() -> None:
    folder = Path(mends.__file__).parent
    files = {path.stem for path in folder.glob("*.py")} - {"__init__", "__main__", "guard"}
    assert files == set(mends.ALL)
    for name in mends.ALL:
        text = mends.load(name).__doc__ or ""
        for part in ("AWS", "Emulator:", "To see it: tests/", "To delete when:"):
            assert part in text, f"{name} does not say {part!r}"
        seen = text.partition("To see it: ")[2].split()[0].rstrip(".")
        assert (Path(__file__).parents[3] / seen).exists(), f"{name} names {seen}"


def test_leaving_out_a_mend_that_there_is_not_is_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SIGNOFF_WITHOUT_MENDS", "states_run,nothing")

    with pytest.raises(guard.MendError, match="names no mend: nothing"):
        mends.left_out()
