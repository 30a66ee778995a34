"""Files, logs, pointers to code, lanes and emptiness: the small parts of the local stack."""

from __future__ import annotations

import io
import stat
import zipfile
from pathlib import Path

import pytest

from signoff_local import demo, home, logs, process
from signoff_local.mends.lambda_queue import LANES, lane_of, sizes
from signoff_local.snapshots import is_empty
from signoff_local.workers.code import Source, Stamps, read_pointer


def archive(**files: str) -> bytes:
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as written:
        for name, text in files.items():
            written.writestr(f"{name}.py", text)
    return content.getvalue()


def test_a_file_is_replaced_at_once_and_kept_private(tmp_path: Path) -> None:
    path = tmp_path / "stack.json"
    home.write_json(path, {"a": 1})
    home.write_json(path, {"a": 2})

    assert home.read_json(path) == {"a": 2}
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert list(tmp_path.iterdir()) == [path]


def test_a_file_that_is_missing_or_cut_short_holds_nothing(tmp_path: Path) -> None:
    path = tmp_path / "stack.json"
    assert home.read_json(path) is None
    path.write_text('{"a": ')
    assert home.read_json(path) is None


def test_signoff_home_chooses_the_stack(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.delenv("SIGNOFF_HOME", raising=False)
    assert home.Home.chosen().path == home.repository() / ".signoff"
    monkeypatch.setenv("SIGNOFF_HOME", str(tmp_path / "other"))
    assert home.Home.chosen().path == tmp_path / "other"


def test_a_pointer_is_read_back_and_ordinary_code_is_none() -> None:
    source = Source("/functions", ("/layers/core",))

    assert read_pointer(archive(index=source.pointer())) == source
    assert read_pointer(archive(index="def handler(event, context): ...")) is None
    assert read_pointer(archive(index=source.pointer(), more="")) is None


def test_an_edit_changes_the_stamp_once_it_is_looked_at(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("signoff_local.workers.code.LOOK_AGAIN_SECONDS", 0.0)
    module, stamps, source = tmp_path / "m.py", Stamps(), Source(str(tmp_path))
    module.write_text("1")
    before = stamps.stamp(source)
    (tmp_path / "__pycache__").mkdir()
    (tmp_path / "__pycache__" / "m.pyc").write_bytes(b"")
    unchanged = stamps.stamp(source)
    module.write_text("2")
    module.touch()

    assert unchanged == before
    assert stamps.stamp(source) > before


def test_lanes_can_be_changed_but_not_invented() -> None:
    assert sizes("") == LANES
    assert sizes("call=2,event=0") == {**LANES, "call": 2, "event": 1}
    with pytest.raises(ValueError, match="knows call, follow, step, event"):
        sizes("other=1")


@pytest.mark.parametrize(
    ("physical", "lane"),
    [
        ("arn:aws:sqs:us-east-1:000000000000:signoff-Deliveries-1A2B3C", "delivery"),
        ("arn:aws:sqs:us-east-1:000000000000:signoff-SlowDeliveries-1A2B3C", "slow"),
        ("arn:aws:lambda:us-east-1:000000000000:function:signoff-CallIntegration", "integration"),
        ("signoff-FollowInstance", "follow"),
        ("arn:aws:sqs:us-east-1:000000000000:signoff-EventsToFanOut-1A2B3C", "event"),
        ("arn:aws:sqs:us-east-1:000000000000:signoff-DeliveriesFailures-1A2B3C", "event"),
    ],
)
def test_what_calls_strangers_or_waits_for_calls_has_a_lane_of_its_own(
    physical: str, lane: str
) -> None:
    assert lane_of(physical, "event") == lane


def test_a_state_of_empty_stores_and_counters_is_empty() -> None:
    class Store:
        def __init__(self, **items: int) -> None:
            self._data = items

    assert is_empty({"stores": Store(), "more": {"list": []}, "next_port": 17, "on": True})
    assert not is_empty({"stores": Store(), "more": {"list": [0]}})
    assert not is_empty({"stores": Store(one=1)})


def test_the_end_of_a_log_is_read_without_its_beginning(tmp_path: Path) -> None:
    path = tmp_path / "log"
    path.write_text("".join(f"line {n} {'x' * 50}\n" for n in range(5_000)), "utf-8")

    assert [line.split()[1] for line in logs.last_lines(path, 3)] == ["4997", "4998", "4999"]
    assert len(logs.last_lines(path, 10_000)) == 5_000
    assert logs.last_lines(path, 0) == []


def test_a_log_is_shown_under_its_name(tmp_path: Path) -> None:
    stack, written = home.Home(tmp_path), []
    assert not logs.show(stack, 5, follow=False, write=written.append)
    stack.make()
    stack.functions_log.write_text("one\ntwo\n")

    assert logs.show(stack, 1, follow=False, write=written.append)
    assert written == [f"==> {stack.functions_log} <==\n", "two\n"]


def test_a_stack_that_was_never_started_is_not_running(tmp_path: Path) -> None:
    assert process.running(home.Home(tmp_path)) is None
    assert process.stop(home.Home(tmp_path)) is False


def test_the_demo_says_where_its_stack_is(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    stack = {
        "api_url": "http://127.0.0.1:1", "endpoint_url": "http://127.0.0.1:1", "region": "r",
        "tenant": "acme", "api_keys": {"integration": "i", "admin": "a"}, "users": [],
    }  # fmt: skip
    own = home.Home(tmp_path / "elsewhere")
    demo.farewell(stack, own)
    assert f"All of this is in {own.stack_file}." in capsys.readouterr().out
