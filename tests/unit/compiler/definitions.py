"""Random definitions: every construct, nested, with targets anywhere they may be."""

from __future__ import annotations

from itertools import count
from typing import Any

from hypothesis import strategies as st

from signoff.definition.model import Definition

SIMPLE = (
    "approval",
    "task",
    "transform",
    "condition",
    "notify",
    "integration",
    "wait",
    "workflow",
)
CAN_FAIL = {"transform", "condition", "notify", "integration", "wait", "workflow"}


@st.composite
def definitions(draw: st.DrawFn) -> Definition:
    """Return a definition whose targets exist; it may hold what no path reaches, or no way out."""
    steps = _list(draw, count(1), depth=0)
    return Definition.model_validate({"key": "random", "name": "Random", "steps": steps})


def _list(draw: st.DrawFn, numbers: Any, depth: int) -> list[dict[str, Any]]:
    kinds = (*SIMPLE, "end") if depth == 0 else SIMPLE
    if depth < 2:
        kinds = (*kinds, "parallel", "map")
    chosen = draw(st.lists(st.sampled_from(kinds), min_size=1, max_size=5 if depth == 0 else 3))
    ids = [f"s{next(numbers)}" for _ in chosen]
    targets = st.sampled_from([*ids, "End" if depth == 0 else "join"])
    return [
        _step(draw, numbers, depth, kind, own, targets)
        for kind, own in zip(chosen, ids, strict=True)
    ]


def _step(
    draw: st.DrawFn,
    numbers: Any,
    depth: int,
    kind: str,
    own: str,
    targets: st.SearchStrategy[str],
) -> dict[str, Any]:
    step: dict[str, Any] = {"id": own, "type": kind, "config": {}}
    if kind != "end" and kind != "condition" and draw(st.booleans()):
        step["next"] = draw(targets)
    if kind in CAN_FAIL | {"parallel", "map"} and draw(st.integers(0, 3)) == 0:
        step["onError"] = draw(targets)
    config: dict[str, Any] = step["config"]
    match kind:
        case "approval":
            config["candidates"] = {"groups": ["g"]}
            config["outcomes"] = {
                name: {"next": draw(targets)} if draw(st.booleans()) else {}
                for name in draw(st.sampled_from((("YES",), ("YES", "NO"), ("A", "B", "C"))))
            }
            if draw(st.booleans()):
                config["otherwise"] = draw(targets)
        case "task":
            config["candidates"] = {"users": ["{{initiator}}"]}
            config["mode"] = "direct"
        case "transform":
            config["set"] = {f"v_{own}": draw(st.sampled_from(["{{flag}}", 1, "{% $flag %}"]))}
        case "condition":
            config["branches"] = [
                {"when": draw(st.sampled_from(["{% flag %}", "{% true %}"])), "next": draw(targets)}
                for _ in range(draw(st.integers(1, 2)))
            ]
            config["otherwise"] = draw(targets)
        case "integration":
            config |= {"kind": "webhook", "url": "https://hooks.example/{{flag}}"}
        case "wait":
            config["duration"] = "PT1S"
        case "workflow":
            config["definition"] = "other"
        case "parallel":
            config["branches"] = [
                {"id": f"b{n}", "steps": _list(draw, numbers, depth + 1)} for n in range(2)
            ]
        case "map":
            config["items"] = "{% [1, 2] %}"
            config["steps"] = _list(draw, numbers, depth + 1)
        case "end":
            config["outcome"] = "DONE"
    return step
