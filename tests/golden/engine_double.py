"""Step functions that do what the engine's do, as far as a machine can tell, and note it.

`answers` says how each human step is decided (outcomes by step path, or by step id), which calls
fail (`fail`), and how sub-workflows end.  A repeated call for a path that was answered before gets
the recorded answer: that is what a resumed run relies on.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from .asl_interpreter import Execution, StateError

FUNCTIONS = (
    "OpenTasks",
    "EnterStep",
    "EnterWait",
    "Notify",
    "CallIntegration",
    "StartChild",
    "FinishRun",
)
PAYLOAD = {"schema", "scope", "step", "spec"}
SCOPE = {"run", "vars", "visits", "passed", "last", "at"}


@dataclass
class Engine:
    """The world a machine runs in; `saved` are the scopes of the durable top-level steps."""

    decisions: dict[str, str | list[str] | None] = field(default_factory=dict)
    fail: dict[str, list[str]] = field(default_factory=dict)
    cause: str = "it did not work"
    answered: dict[str, Any] = field(default_factory=dict)
    calls: list[tuple[str, str]] = field(default_factory=list)
    specs: dict[str, Any] = field(default_factory=dict)
    steps: dict[str, Any] = field(default_factory=dict)
    committed: list[dict[str, Any]] = field(default_factory=list)
    saved: dict[str, dict[str, Any]] = field(default_factory=dict)
    finished: dict[str, Any] | None = None

    def run(self, machine: dict[str, Any], scope: dict[str, Any]) -> Execution:
        """Run a machine to its end."""
        functions = {name: self._function(name) for name in FUNCTIONS}
        execution = Execution(machine, functions)
        output = execution.run(scope)
        assert output == {"runId": scope["run"]["id"]}
        return execution

    def _function(self, name: str) -> Any:
        return lambda payload: self._called(name, payload)

    def _called(self, name: str, payload: dict[str, Any]) -> Any:
        waits = name in {"OpenTasks", "StartChild"}
        assert set(payload) == (PAYLOAD | {"token"} if waits else PAYLOAD)
        assert payload["schema"] == 1
        scope, step, spec = payload["scope"], payload["step"], payload["spec"]
        assert set(scope) == SCOPE
        path = step["path"]
        assert path.endswith(f"{step['id']}#{step['iteration']}")
        assert path.split("#")[0].split("/")[0] == step["top"]
        self.calls.append((name, path))
        self.specs[path], self.steps[path] = spec, step
        known = {entry["step"] for entry in self.committed}
        self.committed += [entry for entry in scope["passed"] if entry["step"] not in known]
        if "/" not in path and name != "FinishRun":
            self.saved[path] = {**scope, "passed": [], "resumeAt": step["id"]}
        failures = self.fail.get(path) or self.fail.get(step["id"])
        if failures:
            raise StateError(failures.pop(0), self.cause)
        if path in self.answered:
            return self.answered[path]
        answer = getattr(self, f"_{name}")(path, step, spec)
        if name != "FinishRun":
            self.answered[path] = answer
        return answer

    def _OpenTasks(self, path: str, step: dict[str, Any], spec: dict[str, Any]) -> Any:  # noqa: N802
        decided = self.decisions.get(path, self.decisions.get(step["id"], "complete"))
        outcome = decided.pop(0) if isinstance(decided, list) else decided
        assert outcome in spec["outcomes"] or (outcome is None and spec["otherwise"])
        assert set(spec["quorum"]) == set(spec["outcomes"])
        result = {
            "outcome": outcome,
            "comment": f"about {path}",
            "data": {},
            "actor": "bob",
            "decisions": [],
        }
        return {"path": path, "outcome": outcome, "result": result}

    def _EnterStep(self, path: str, step: dict[str, Any], spec: Any) -> Any:  # noqa: N802
        return {"path": path}

    def _EnterWait(self, path: str, step: dict[str, Any], spec: dict[str, Any]) -> Any:  # noqa: N802
        (asked,) = spec.values()
        if not asked:
            raise StateError("StepFailed", "there is no deadline")
        return {"until": f"after {asked}"}

    def _Notify(self, path: str, step: dict[str, Any], spec: Any) -> Any:  # noqa: N802
        return {"path": path}

    def _CallIntegration(self, path: str, step: dict[str, Any], spec: Any) -> Any:  # noqa: N802
        return {"path": path, "result": {"status": 200, "body": {"of": spec["kind"]}}}

    def _StartChild(self, path: str, step: dict[str, Any], spec: dict[str, Any]) -> Any:  # noqa: N802
        result = {"outcome": "APPROVED", "result": spec["variables"], "runId": f"child of {path}"}
        return {"path": path, "result": result}

    def _FinishRun(self, path: str, step: dict[str, Any], spec: dict[str, Any]) -> Any:  # noqa: N802
        assert set(spec) == {"step", "outcome", "result"}
        self.finished = spec
        return None


def scope_of(**variables: Any) -> dict[str, Any]:
    """Return the scope of a new run: an execution's input."""
    return {
        "run": {
            "tenant": "acme",
            "id": "run-1",
            "attempt": 1,
            "definition": {"id": "d", "key": "k", "version": 1},
            "depth": 0,
        },
        "vars": {"initiator": "alice", "documentRef": "doc-1", "runId": "run-1", **variables},
        "visits": {},
        "passed": [],
        "last": None,
        "at": "",
    }
