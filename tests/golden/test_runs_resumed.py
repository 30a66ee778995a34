"""A run goes on from any of its steps as if nothing had been."""

from __future__ import annotations

from typing import Any

import pytest

from signoff.compiler import compile_resume, resume_points

from .asl_interpreter import StateError
from .engine_double import Engine, scope_of
from .machines import HERE, load
from .running import passed, run
from .whole_runs import whole_runs


@pytest.mark.parametrize(("name", "decisions", "variables"), whole_runs())
def test_a_run_resumed_anywhere_ends_the_same(
    name: str, decisions: dict[str, Any], variables: dict[str, Any]
) -> None:
    definition = load(HERE / f"{name}.yaml")
    engine = Engine(decisions)
    run(name, engine, **variables)
    twin = compile_resume(definition).definition
    assert engine.saved
    assert {scope["resumeAt"] for scope in engine.saved.values()} <= set(resume_points(definition))
    ways = [path for _, path in engine.calls]
    for path, scope in list(engine.saved.items()):
        # The engine answers what it recorded, so the rest of the way is the same.
        again = Engine(answered=dict(engine.answered))
        again.run(twin, scope)
        assert [each for _, each in again.calls] == ways[ways.index(path) :]
        assert again.finished == engine.finished
        before = len(engine.committed) - len(again.committed)
        assert list(passed(again)) == list(passed(engine))[before:]


def test_an_unknown_resume_point_fails() -> None:
    twin = compile_resume(load(HERE / "loop.yaml")).definition
    with pytest.raises(StateError, match="UnknownResumePoint"):
        Engine().run(twin, {**scope_of(), "resumeAt": "start"})
