"""Runs a compiled machine in this process, as strictly as Step Functions does.

Covers what the compiler emits: Task, Pass, Choice, Wait, Parallel, Map (inline), Fail, with Retry
and Catch, in JSONata.  It is stricter than the emulators where they are lenient and Amazon States
Language is not: an expression that yields nothing is an error, a condition has to be a boolean, an
unknown field of a state is refused, text may not half look like an expression.

Time does not pass: waits and retry delays are noted, not slept.  Branches run one after the other.
"""

from __future__ import annotations

import copy
import json
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

from jsonata import Jsonata

Function = Callable[[dict[str, Any]], Any]

# What a state of each type may say beside Type and Comment (states-language.net, JSONata).
FIELDS = {
    "Task": {"Resource", "Arguments", "Output", "Retry", "Catch", "Next", "End"},
    "Pass": {"Output", "Next", "End"},
    "Choice": {"Choices", "Output", "Default"},
    "Wait": {"Timestamp", "Output", "Next", "End"},
    "Parallel": {"Arguments", "Branches", "Output", "Retry", "Catch", "Next", "End"},
    "Map": {
        "Items",
        "ItemSelector",
        "ItemProcessor",
        "MaxConcurrency",
        "Output",
        "Retry",
        "Catch",
        "Next",
        "End",
    },
    "Fail": {"Error", "Cause"},
}
INVOKE = "arn:aws:states:::lambda:invoke"


class StateError(Exception):
    """A state failed, with an error name that Retry and Catch match."""

    def __init__(self, error: str, cause: str = "") -> None:
        super().__init__(f"{error}: {cause}")
        self.error = error
        self.cause = cause


@dataclass
class Execution:
    """One execution of a machine: `functions` by placeholder name, and what happened."""

    machine: dict[str, Any]
    functions: dict[str, Function]
    entered: list[str] = field(default_factory=list)
    waits: list[str] = field(default_factory=list)
    delays: list[float] = field(default_factory=list)
    limit: int = 2_000

    def run(self, scope: dict[str, Any]) -> Any:
        """Return the execution's output; raise StateError where it fails."""
        assert self.machine["QueryLanguage"] == "JSONata"
        return self._states(self.machine, scope, {})

    def _states(self, container: dict[str, Any], scope: Any, context: dict[str, Any]) -> Any:
        name = container["StartAt"]
        while name is not None:
            state = container["States"][name]
            unknown = set(state) - FIELDS[state["Type"]] - {"Type", "Comment"}
            assert not unknown, f"{name}: {unknown}"
            self.entered.append(name)
            assert len(self.entered) <= self.limit, "the machine does not end"
            scope, name = self._state(state, _wire(scope), context)
        return _wire(scope)

    def _state(self, state: dict[str, Any], scope: Any, context: dict[str, Any]) -> Any:
        match state["Type"]:
            case "Pass":
                return _output(state, scope, context, scope), _next(state)
            case "Wait":
                until = _evaluate(state["Timestamp"], scope, context)
                assert isinstance(until, str)
                self.waits.append(until)
                return _output(state, scope, context, scope), _next(state)
            case "Choice":
                return self._choice(state, scope, context)
            case "Fail":
                raise StateError(state["Error"], state["Cause"])
            case _:
                return self._trying(state, scope, context)

    def _choice(self, state: dict[str, Any], scope: Any, context: dict[str, Any]) -> Any:
        for rule in state["Choices"]:
            assert set(rule) <= {"Condition", "Next", "Output"}
            holds = _evaluate(rule["Condition"], scope, context)
            if not isinstance(holds, bool):
                raise StateError("States.QueryEvaluationError", "a condition is no boolean")
            if holds:
                return _output(rule, scope, context, scope), rule["Next"]
        raise StateError("States.NoChoiceMatched")

    def _trying(self, state: dict[str, Any], scope: Any, context: dict[str, Any]) -> Any:
        tried: dict[int, int] = {}
        while True:
            try:
                result = self._work(state, scope, context)
                return _output(state, scope, context, result, result=result), _next(state)
            except StateError as error:
                if self._retries(state.get("Retry", []), error, tried):
                    continue
                for catcher in state.get("Catch", []):
                    if _matches(catcher, error):
                        told = {"Error": error.error, "Cause": error.cause}
                        after = _output(catcher, scope, context, told, errorOutput=told)
                        return after, catcher["Next"]
                raise

    def _retries(
        self, retriers: list[dict[str, Any]], error: StateError, tried: dict[int, int]
    ) -> bool:
        for number, retrier in enumerate(retriers):
            if _matches(retrier, error):
                count = tried.get(number, 0)
                if count >= retrier["MaxAttempts"]:
                    return False
                tried[number] = count + 1
                delay = retrier["IntervalSeconds"] * retrier["BackoffRate"] ** count
                self.delays.append(min(delay, retrier.get("MaxDelaySeconds", delay)))
                return True
        return False

    def _work(self, state: dict[str, Any], scope: Any, context: dict[str, Any]) -> Any:
        match state["Type"]:
            case "Task":
                return self._call(state, scope, context)
            case "Parallel":
                given = _evaluate(state.get("Arguments", "{% $states.input %}"), scope, context)
                branches = state["Branches"]
                return [self._states(branch, given, dict(context)) for branch in branches]
            case _:
                return self._map(state, scope, context)

    def _call(self, state: dict[str, Any], scope: Any, context: dict[str, Any]) -> Any:
        resource = state["Resource"].removesuffix(".waitForTaskToken")
        assert resource == INVOKE
        waits = state["Resource"] != INVOKE
        if waits:
            context = {**context, "Task": {"Token": f"token-{len(self.entered)}"}}
        arguments = _wire(_evaluate(state["Arguments"], scope, context))
        assert set(arguments) == {"FunctionName", "Payload"}
        assert ("token" in arguments["Payload"]) == waits
        name = arguments["FunctionName"].removeprefix("${").removesuffix("}")
        answer = _wire(self.functions[name](arguments["Payload"]))
        return answer if waits else {"StatusCode": 200, "Payload": answer}

    def _map(self, state: dict[str, Any], scope: Any, context: dict[str, Any]) -> Any:
        items = _evaluate(state["Items"], scope, context)
        assert isinstance(items, list), "the items of a map are no list"
        assert state["ItemProcessor"]["ProcessorConfig"] == {"Mode": "INLINE"}
        assert 1 <= state["MaxConcurrency"] <= 40
        results = []
        for index, item in enumerate(items):
            inside = {**context, "Map": {"Item": {"Index": index, "Value": item}}}
            given = _evaluate(state["ItemSelector"], scope, inside)
            results.append(self._states(state["ItemProcessor"], given, inside))
        return results


def _output(
    state: dict[str, Any], scope: Any, context: dict[str, Any], default: Any, **states: Any
) -> Any:
    if "Output" not in state:
        return default
    return _evaluate(state["Output"], scope, context, **states)


def _evaluate(template: Any, scope: Any, context: dict[str, Any], **states: Any) -> Any:
    if isinstance(template, str):
        opens, closes = template.startswith("{%"), template.endswith("%}")
        assert opens == closes, f"half an expression: {template}"
        return _jsonata(template[2:-2], scope, context, states) if opens else template
    if isinstance(template, dict):
        assert not any(key.endswith(".$") for key in template)
        return {key: _evaluate(value, scope, context, **states) for key, value in template.items()}
    if isinstance(template, list):
        return [_evaluate(value, scope, context, **states) for value in template]
    return template


def _jsonata(source: str, scope: Any, context: dict[str, Any], states: dict[str, Any]) -> Any:
    bound = {"input": copy.deepcopy(scope), "context": context, **states}
    # Python has one None for null and for nothing; an object without the field is nothing.
    expression = _parsed(f'{{"value": ({source})}}')
    try:
        answer = expression.evaluate(None, {"states": bound})
    except Exception as error:  # the engine raises many kinds; all are one to Step Functions
        raise StateError("States.QueryEvaluationError", f"{error}: {source}") from error
    if "value" not in answer:
        raise StateError("States.QueryEvaluationError", f"yields nothing: {source}")
    return answer["value"]


@lru_cache(maxsize=4096)
def _parsed(source: str) -> Jsonata:
    expression = Jsonata(source)
    expression.register_lambda("parse", json.loads)  # Step Functions' own
    return expression


def _matches(handler: dict[str, Any], error: StateError) -> bool:
    names = handler["ErrorEquals"]
    return error.error in names or "States.ALL" in names


def _next(state: dict[str, Any]) -> str | None:
    assert ("Next" in state) != (state.get("End") is True)
    return state.get("Next")


def _wire(value: Any) -> Any:
    """Return a value as it comes out of JSON, which is how states hand it on."""
    return json.loads(json.dumps(value))
