"""`make demo-sla`: two days in some twenty seconds, on a stack of its own that then is gone."""

from __future__ import annotations

import re
from pathlib import Path

from signoff_local.demo_sla import EXPECTED
from tests.e2e.conftest import calls
from tests.support.deployed import control


def test_it_shows_green_amber_reminder_breach_and_escalation(tmp_path: Path) -> None:
    # It is amber for three seconds, past which a busy machine may look.
    for _ in range(3):
        shown = control(tmp_path / "home", "demo-sla").stdout
        colours = re.findall(r"The task is ([A-Z]+):", shown)
        if "AMBER" in colours:
            break
    assert colours == ["GREEN", "AMBER", "RED"]
    entries = re.findall(r"^ +([\d.]+) s = +([\d.]+) h +([A-Z_]+) *(.*)$", shown, re.MULTILINE)
    assert [name for _, _, name, _ in entries] == EXPECTED
    assert [said.partition(":")[0] for *_, said in entries if said] == [
        "remind → dora",
        "remind → dora",
        "notifyManager → erin",
        "notifyAdmin → group administrators",
        "dora → erin",
    ]
    hours = {name: float(each) for _, each, name, _ in entries}
    # Nothing comes before its time: 80 % of 48 h, 48 h, 12 h after that.
    assert hours["TASK_WARNED"] >= 38.4
    assert hours["TASK_BREACHED"] >= 48
    assert hours["TASK_REASSIGNED"] >= 60
    assert {call["status"] for call in calls(shown)} == {200, 201}
    assert '"slaStatus": "breached"' in shown
    assert '"terminalOutcome": "APPROVED"' in shown
    assert list(tmp_path.iterdir()) == []
