"""Independent tools find nothing wrong with the machines, and the reference JSONata agrees."""

from __future__ import annotations

import json
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest
from scripts.check_machines import ARNS, VALIDATOR, asl_validator, machines, statelint, too_large
from statelint.config import Config
from statelint.linter import Linter

from signoff.compiler import compile_definition, substitute

from . import asl_interpreter
from .engine_double import Engine, scope_of
from .machines import HERE, load
from .whole_runs import whole_runs

ROOT = Path(__file__).parents[2]
MACHINES = list(machines())
needs_node = pytest.mark.skipif(
    shutil.which("node") is None or not VALIDATOR.exists(),
    reason="needs Node.js and `npm ci`",
)


@pytest.mark.parametrize(("name", "text"), MACHINES, ids=[name for name, _ in MACHINES])
def test_statelint_is_content(name: str, text: str) -> None:
    assert statelint(text) == []


def test_statelint_does_complain() -> None:
    assert statelint('{"StartAt": "a", "States": {"b": {"Type": "Pass", "End": true}}}')


def test_every_allowance_is_needed() -> None:
    found = [str(problem) for _, text in MACHINES for problem in Linter.validate(text, Config())]
    assert found
    assert all("Timestamp" in each for each in found)


@pytest.mark.parametrize(("name", "text"), MACHINES, ids=[name for name, _ in MACHINES])
def test_within_the_quotas(name: str, text: str) -> None:
    assert too_large(text) == []


@needs_node
def test_asl_validator_is_content(tmp_path: Path) -> None:
    for name, text in MACHINES:
        (tmp_path / f"{name}.asl.json").write_text(text, encoding="utf-8")
    assert asl_validator(tmp_path) == []


@needs_node
def test_asl_validator_does_complain(tmp_path: Path) -> None:
    machine = substitute(compile_definition(load(HERE / "approval.yaml")).to_json(), ARNS)
    (tmp_path / "broken.asl.json").write_text(machine.replace("$merge([", "$merge(["[:-1]))
    assert asl_validator(tmp_path)


@needs_node
def test_the_reference_implementation_agrees(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every expression that the runs of the goldens evaluate yields the same there."""
    seen: list[tuple[str, Any, dict[str, Any]]] = []
    evaluate = asl_interpreter._jsonata

    def noting(source: str, scope: Any, context: Any, states: dict[str, Any]) -> Any:
        source = source.replace("$now()", '"2030-01-01T00:00:00Z"')
        value = evaluate(source, scope, context, states)
        bound = json.loads(json.dumps({"input": scope, "context": context, **states}))
        seen.append((source, bound, {"value": json.loads(json.dumps(value))}))
        return value

    monkeypatch.setattr(asl_interpreter, "_jsonata", noting)
    for name, decisions, variables in whole_runs():
        machine = compile_definition(load(HERE / f"{name}.yaml")).definition
        Engine(decisions).run(machine, scope_of(**variables))
    assert len(seen) > 300
    found = subprocess.run(
        ["node", str(ROOT / "scripts" / "evaluate_jsonata.mjs")],
        input=json.dumps([[source, bound] for source, bound, _ in seen]),
        capture_output=True,
        text=True,
        check=True,
    )
    for (source, _, ours), theirs in zip(seen, json.loads(found.stdout), strict=True):
        assert theirs == ours, source
