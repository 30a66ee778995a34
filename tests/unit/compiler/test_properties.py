"""What holds for every machine, whatever the definition."""

from __future__ import annotations

import random
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from signoff.compiler import compile_definition, compile_resume, resume_points
from signoff.definition.expressions import compile_expression
from signoff.definition.model import Definition
from signoff.definition.walk import step_lists, walk
from tests.golden.asl_interpreter import Execution
from tests.golden.engine_double import FUNCTIONS, Engine, scope_of

from .definitions import definitions

quick = settings(
    max_examples=50, deadline=None, suppress_health_check=[HealthCheck.too_slow], derandomize=True
)
# A step takes at most so many states (a condition with an error path: its attempt, what is in it,
# and the choice), and a list so many more: an end, a landing and a Fail.
PER_STEP, PER_LIST = 3, 3


def containers(machine: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """Yield the machine and every list of states in it."""
    yield machine
    for state in machine["States"].values():
        for inner in (*state.get("Branches", ()), state.get("ItemProcessor")):
            if inner is not None:
                yield from containers(inner)


def targets(state: dict[str, Any]) -> Iterator[str]:
    """Yield where a state can lead."""
    for place in (state, *state.get("Choices", ()), *state.get("Catch", ())):
        if "Next" in place:
            yield place["Next"]


def expressions(value: Any) -> Iterator[str]:
    """Yield every expression in a machine."""
    if isinstance(value, str) and value.startswith("{%"):
        yield value[2:-2].strip()
    for inner in value.values() if isinstance(value, dict) else ():
        yield from expressions(inner)
    for inner in value if isinstance(value, list) else ():
        yield from expressions(inner)


@quick
@given(definitions())
def test_a_machine_hangs_together(definition: Definition) -> None:
    for made in (compile_definition, compile_resume):
        machine = made(definition)
        assert machine.to_json() == made(definition).to_json()
        names: list[str] = []
        for container in containers(machine.definition):
            states = container["States"]
            names += states
            reached, waiting = set(), [container["StartAt"]]
            while waiting:
                name = waiting.pop()
                if name not in reached:
                    reached.add(name)
                    waiting += targets(states[name])
            assert reached == set(states)
            for name, state in states.items():
                ways = ("Next" in state) + (state.get("End") is True)
                assert ways == (0 if state["Type"] in {"Choice", "Fail"} else 1), name
        assert len(names) == len(set(names))
        assert all(0 < len(name) <= 80 for name in names)
        steps = len(list(walk(definition.steps)))
        lists = len(list(step_lists(definition.steps)))
        assert len(names) <= PER_STEP * steps + PER_LIST * lists + 2


@quick
@given(definitions())
def test_every_expression_parses(definition: Definition) -> None:
    for source in set(expressions(compile_definition(definition).definition)):
        compile_expression(source)


class Decider(Engine):
    """Decides by chance, the same way for the same path every time."""

    def _OpenTasks(self, path: str, step: Any, spec: Any) -> Any:  # noqa: N802
        choices = [*spec["outcomes"], *([None] if spec["otherwise"] else [])]
        self.decisions[path] = random.Random(path).choice(choices)
        return super()._OpenTasks(path, step, spec)


class _LongEnough(Exception):
    pass


def ran(machine: dict[str, Any], scope: dict[str, Any], most: int = 30) -> Decider:
    """Run a machine to its end, or until it has called `most` functions or entered many states."""
    engine = Decider()
    functions = {}
    for name in FUNCTIONS:

        def call(payload: dict[str, Any], name: str = name) -> Any:
            if len(engine.calls) >= most:
                raise _LongEnough
            return engine._called(name, payload)

        functions[name] = call
    execution = Execution(machine, functions, limit=150)
    try:
        execution.run(scope)
    except _LongEnough:
        pass
    except AssertionError as error:
        # Random definitions can go round and round without ever calling anybody.
        if "does not end" not in str(error):
            raise
    return engine


@quick
@given(definitions(), st.booleans())
def test_no_two_passings_share_a_path(definition: Definition, flag: bool) -> None:
    engine = ran(compile_definition(definition).definition, scope_of(flag=flag))
    paths = [path for _, path in engine.calls]
    assert len(paths) == len(set(paths))
    steps = [entry["step"] for entry in engine.committed]
    assert len(steps) == len(set(steps))
    assert not set(steps) & set(paths)


@quick
@given(definitions(), st.booleans())
def test_a_resumed_run_goes_the_same_way(definition: Definition, flag: bool) -> None:
    engine = ran(compile_definition(definition).definition, scope_of(flag=flag))
    twin = compile_resume(definition).definition
    paths = [path for _, path in engine.calls]
    for path, scope in list(engine.saved.items())[:4]:
        assert scope["resumeAt"] in resume_points(definition)
        again = ran(twin, scope)
        rest, found = paths[paths.index(path) :], [each for _, each in again.calls]
        if engine.finished is None:
            # It was cut off, and not where this one was.
            rest, found = rest[: len(found)], found[: len(rest)]
        assert found == rest
        assert again.finished == engine.finished or engine.finished is None


def test_random_definitions_do_end() -> None:
    """Guards the tests above: much of what they run has to come to an end."""
    finished: list[bool] = []

    @settings(max_examples=40, deadline=None, derandomize=True, database=None)
    @given(definitions())
    def count(definition: Definition) -> None:
        engine = ran(compile_definition(definition).definition, scope_of(flag=True))
        finished.append(engine.finished is not None)

    count()
    assert sum(finished) > len(finished) / 3


def test_a_definition_the_checker_refuses_is_a_value_error() -> None:
    step = {"id": "a", "type": "notify", "next": "nowhere"}
    definition = Definition.model_validate({"key": "k", "name": "n", "steps": [step]})
    with pytest.raises(ValueError, match="nowhere"):
        compile_definition(definition)
    step = {"id": "a", "type": "parse"}
    definition = Definition.model_validate({"key": "k", "name": "n", "steps": [step]})
    with pytest.raises(ValueError, match="parse"):
        compile_definition(definition)
