# ruff: noqa: N803 - AWS names its parameters so
"""Step Functions in this process: runs what the compiler emits, against the real step functions.

moto runs no JSONata machine, so unit tests of the engine use this instead of an emulator. It
answers the calls that the engine makes, with the errors that AWS gives, and runs each execution in
a thread of its own with the interpreter of the compiler's tests. Time does not pass in it.
"""

import json
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Any

from botocore.exceptions import ClientError

from tests.golden.asl_interpreter import Execution, StateError, _evaluate

_PATIENCE = 60  # seconds a test's thread may wait for anything


class Aborted(BaseException):
    """The execution was stopped, or has lost its platform."""


@dataclass
class _Token:
    done: threading.Event = field(default_factory=threading.Event)
    output: Any = None
    failure: tuple[str, str] | None = None
    aborted: bool = False


class _Threaded(Execution):
    """Branches run side by side, so that several can wait for people at once."""

    def _work(self, state: dict[str, Any], scope: Any, context: dict[str, Any]) -> Any:
        if state["Type"] != "Parallel":
            return super()._work(state, scope, context)
        given = _evaluate(state.get("Arguments", "{% $states.input %}"), scope, context)
        with ThreadPoolExecutor(len(state["Branches"])) as pool:
            branches = [
                pool.submit(self._states, branch, given, dict(context))
                for branch in state["Branches"]
            ]
            return [branch.result() for branch in branches]


@dataclass
class _Run:
    arn: str
    name: str
    input: str
    machine: _Threaded
    status: str = "RUNNING"
    error: str | None = None
    cause: str | None = None
    tokens: list[_Token] = field(default_factory=list)
    aborted: bool = False
    over: threading.Event = field(default_factory=threading.Event)

    def describe(self) -> dict[str, Any]:
        """What DescribeExecution answers, and what a status-change event says."""
        told = {
            "executionArn": self.arn,
            "name": self.name,
            "status": self.status,
            "input": self.input,
            "error": self.error,
            "cause": self.cause,
        }
        return {key: value for key, value in told.items() if value is not None}


class Machines:
    """A client of Step Functions. ``functions``: handler by function ARN."""

    def __init__(self, functions: dict[str, Callable[[dict[str, Any], Any], Any]]) -> None:
        self.meta = type("Meta", (), {"region_name": "us-east-1"})()
        self._functions = functions
        self._definitions: dict[str, dict[str, Any]] = {}
        self._runs: dict[str, _Run] = {}
        self._tokens: dict[str, _Token] = {}
        self._lock = threading.RLock()
        self.ended: list[dict[str, Any]] = []  # details of status-change events
        self.calls: list[str] = []

    def create_state_machine(self, *, name: str, definition: str, **_: Any) -> dict[str, Any]:
        arn = f"arn:aws:states:us-east-1:123456789012:stateMachine:{name}"
        if arn in self._definitions:
            raise _refused("StateMachineAlreadyExists")
        return self._published(arn, definition)

    def update_state_machine(
        self,
        *,
        stateMachineArn: str,
        definition: str,
        **_: Any,
    ) -> dict[str, Any]:
        if stateMachineArn not in self._definitions:
            raise _refused("StateMachineDoesNotExist")
        return self._published(stateMachineArn, definition)

    def _published(self, arn: str, definition: str) -> dict[str, Any]:
        version = sum(1 for each in self._definitions if each.startswith(f"{arn}:")) + 1
        self._definitions[arn] = self._definitions[f"{arn}:{version}"] = json.loads(definition)
        return {"stateMachineArn": arn, "stateMachineVersionArn": f"{arn}:{version}"}

    def start_execution(
        self,
        *,
        stateMachineArn: str,
        name: str,
        input: str,  # noqa: A002 - AWS's names
    ) -> dict[str, Any]:
        self.calls.append("StartExecution")
        machine = self._definitions.get(stateMachineArn)
        if machine is None:
            raise _refused("StateMachineDoesNotExist")
        head, _, rest = stateMachineArn.partition(":stateMachine:")
        arn = f"{head}:execution:{rest.split(':')[0]}:{name}"
        with self._lock:
            if arn in self._runs:
                raise _refused("ExecutionAlreadyExists")
            run = _Run(arn, name, input, _Threaded(machine, {}))
            run.machine.functions = _Calls(self, run)
            self._runs[arn] = run
        threading.Thread(target=self._execute, args=(run,), daemon=True).start()
        return {"executionArn": arn}

    def describe_execution(self, *, executionArn: str) -> dict[str, Any]:
        self.calls.append("DescribeExecution")
        if executionArn not in self._runs:
            raise _refused("ExecutionDoesNotExist")
        return self._runs[executionArn].describe()

    def stop_execution(self, *, executionArn: str, **_: Any) -> dict[str, Any]:
        self.calls.append("StopExecution")
        if executionArn not in self._runs:
            raise _refused("ExecutionDoesNotExist")
        self.abort(self._runs[executionArn])
        return {}

    def send_task_success(self, *, taskToken: str, output: str) -> dict[str, Any]:
        self.calls.append("SendTaskSuccess")
        token = self._take(taskToken)
        token.output = json.loads(output)
        token.done.set()
        return {}

    def send_task_failure(
        self,
        *,
        taskToken: str,
        error: str,
        cause: str,
    ) -> dict[str, Any]:
        self.calls.append("SendTaskFailure")
        token = self._take(taskToken)
        token.failure = (error, cause)
        token.done.set()
        return {}

    def abort(self, run: _Run) -> None:
        """End an execution as StopExecution, or a platform that fails, does."""
        with self._lock:
            if run.status != "RUNNING":
                return
            run.aborted = True
            for token in run.tokens:
                token.aborted = True
                token.done.set()
        run.over.wait(_PATIENCE)

    def abort_all(self) -> None:
        """Lose every execution, as an emulator does that is started again."""
        for run in list(self._runs.values()):
            self.abort(run)

    def running(self) -> list[str]:
        """Names of the executions that are not over."""
        return [run.name for run in self._runs.values() if run.status == "RUNNING"]

    def entered(self, name: str) -> list[str]:
        """The states that an execution has entered."""
        (run,) = [run for run in self._runs.values() if run.name == name]
        return run.machine.entered

    def new_token(self, run: _Run) -> tuple[str, _Token]:
        with self._lock:
            name, token = f"token-{len(self._tokens) + 1}", _Token()
            self._tokens[name] = token
            run.tokens.append(token)
        return name, token

    def invoke(self, run: _Run, arn: str, payload: dict[str, Any]) -> Any:
        """Call a step function; an execution that was stopped calls nothing any more."""
        if run.aborted:
            raise Aborted
        context = type("Context", (), {"aws_request_id": "test"})()
        return self._functions[arn](payload, context)

    def _take(self, name: str) -> _Token:
        with self._lock:
            token = self._tokens.get(name)
            if token is None or token.done.is_set():
                raise _refused("TaskTimedOut")
            return token

    def _execute(self, run: _Run) -> None:
        try:
            run.machine.run(json.loads(run.input))
            run.status = "SUCCEEDED"
        except StateError as error:
            run.status, run.error, run.cause = "FAILED", error.error, error.cause
        except Aborted:
            run.status = "ABORTED"
        except AssertionError as error:  # the interpreter refuses what AWS would refuse
            run.status, run.error, run.cause = "FAILED", "States.Runtime", str(error)
        finally:
            self.ended.append(run.describe())
            run.over.set()


class _Calls(dict[str, Any]):
    """What the interpreter calls by function ARN: invokes it, and waits where a token is given."""

    def __init__(self, machines: Machines, run: _Run) -> None:
        super().__init__()
        self._machines, self._run = machines, run

    def __missing__(self, arn: str) -> Callable[[dict[str, Any]], Any]:
        def call(payload: dict[str, Any]) -> Any:
            token: _Token | None = None
            if "token" in payload:
                payload["token"], token = self._machines.new_token(self._run)
            try:
                answer = self._machines.invoke(self._run, arn, payload)
            except Exception as error:  # a function's error has its class's name
                name = type(error).__name__
                told = {"errorMessage": str(error), "errorType": name, "stackTrace": ["  File …"]}
                raise StateError(name, json.dumps(told)) from error
            except BaseException as error:
                if isinstance(error, Aborted):
                    raise
                raise StateError("Lambda.Unknown", "the function's process died") from error
            if token is None:
                return answer
            if self._run.aborted:
                raise Aborted
            assert token.done.wait(60), "nobody has sent this token in a minute"
            if token.aborted:
                raise Aborted
            if token.failure:
                raise StateError(*token.failure)
            return token.output

        return call


def _refused(code: str) -> ClientError:
    return ClientError({"Error": {"Code": code, "Message": code}}, "StepFunctions")
