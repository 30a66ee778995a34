"""Short ways to write definitions and to ask the checker about them."""

from __future__ import annotations

from typing import Any

from signoff.definition.checker import check
from signoff.definition.loader import load_text, load_value
from signoff.definition.model import Definition
from signoff.definition.problems import Problem

DONE: dict[str, Any] = {"id": "Done", "type": "end", "config": {"outcome": "DONE"}}


def step(
    id_: str, type_: str, config: dict[str, Any] | None = None, **fields: Any
) -> dict[str, Any]:
    return {"id": id_, "type": type_, "config": config or {}, **fields}


def task(id_: str, **config: Any) -> dict[str, Any]:
    return step(id_, "task", {"candidates": {"groups": ["legal"]}, **config})


def definition(*steps: dict[str, Any], **head: Any) -> dict[str, Any]:
    return {"key": "test", "name": "Test", **head, "steps": list(steps)}


def model(*steps: dict[str, Any], **head: Any) -> Definition:
    return Definition.model_validate(definition(*steps, **head))


def problems_of(*steps: dict[str, Any], **head: Any) -> list[Problem]:
    return check(load_value(definition(*steps, **head), "test"))


def codes(*steps: dict[str, Any], **head: Any) -> list[str]:
    return [problem.code for problem in problems_of(*steps, **head)]


def codes_of_text(text: str, name: str = "test") -> list[str]:
    return [problem.code for problem in check(load_text(text, name))]
