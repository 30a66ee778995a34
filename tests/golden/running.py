"""A compiled definition run to its end, and what is left of it."""

from __future__ import annotations

from typing import Any

from signoff.compiler import compile_definition

from .asl_interpreter import Execution
from .engine_double import Engine, scope_of
from .machines import HERE, load


def run(name: str, engine: Engine, **variables: Any) -> Execution:
    """Compile a definition of this folder and run it, with its variables."""
    machine = compile_definition(load(HERE / f"{name}.yaml")).definition
    return engine.run(machine, scope_of(**variables))


def ended(engine: Engine) -> tuple[str, Any]:
    """The outcome and the result of a run that has ended."""
    assert engine.finished is not None
    return engine.finished["outcome"], engine.finished["result"]


def passed(engine: Engine) -> dict[str, Any]:
    """What each step that was committed gave, in their order."""
    assert all(entry["at"].endswith("Z") for entry in engine.committed)
    return {e["step"]: e.get("result", e.get("error")) for e in engine.committed}
