"""One whole run of every construct: golden, decisions, start variables."""

from __future__ import annotations

from typing import Any

Run = tuple[str, dict[str, Any], dict[str, Any]]


def whole_runs() -> list[Run]:
    """Return the runs, new each time: an engine uses its decisions up."""
    return [
        ("loop", {"read": ["AGAIN", "AGAIN", "GOOD"]}, {}),
        ("transform", {"ask": "APPROVE"}, {"amount": 1, "tags": []}),
        ("notify", {}, {}),
        ("integration", {}, {"host": "hooks.example.com", "amount": 7}),
        ("wait", {}, {"due": "2031-01-01T00:00:00Z"}),
        ("parallel", {"both#1/legal/check#1": "ASK"}, {}),
        ("map", {"ask": "YES"}, {"lines": [{"price": 50, "owner": "dora"}]}),
        ("nested", {"again": ["REPEAT", "DONE"], "vote": "YES"}, {"teams": [{"lead": "ann"}]}),
        ("workflow", {}, {"amount": 7}),
        ("on-error", {}, {"amount": "200", "list": [2, 4]}),
        ("approval-quorum", {"board-vote": "NO", "dropped": "done"}, {"board": []}),
        ("condition", {}, {"amount": 5000, "rush": False}),
        ("quoting", {"odd": "yes"}, {"s": "S", "v": "V", "set": None}),
        ("long-names", {}, {}),
        ("implicit-end", {"Review": "REJECT"}, {}),
        ("approval", {"Review": "REJECT"}, {}),
    ]
