"""Step Functions in this process: compiled machines run by the golden tests' interpreter.

An execution is a thread that calls the real step functions and waits where a token is out. What
``start_execution`` and ``send_task_success`` return comes after the machine stands still again, so
that a test needs no waiting and no luck.
"""

from __future__ import annotations

import importlib
import json
import threading
import uuid
from dataclasses import dataclass, field
from typing import Any

from botocore.exceptions import ClientError

from signoff.compiler import compile_definition
from signoff.definition.model import Definition
from signoff.entrypoints.operation import name_of
from tests.golden.asl_interpreter import Execution, StateError
from tests.support.gateway import Context

STEPS = ("open_tasks", "enter_step", "enter_wait", "notify", "start_child", "finish_run")
TOKEN_STEPS = ("OpenTasks", "StartChild")
_PATIENCE = 30  # seconds until a test gives a machine up


@dataclass
class _Running:
    """One execution: whoever told it something waits until it stands still or has ended."""

    still: threading.Semaphore = field(default_factory=lambda: threading.Semaphore(0))
    error: BaseException | None = None
    ended: bool = False


@dataclass
class _Token:
    running: _Running
    answered: threading.Event = field(default_factory=threading.Event)
    output: Any = None
    error: StateError | None = None


class StoppedExecution(Exception):
    """The test is over and nobody will answer this token."""


class Machines:
    """A stand-in for the Step Functions client that runs machines for real."""

    def __init__(self) -> None:
        self.machines: dict[str, dict[str, Any]] = {}
        self.executions: dict[str, _Running] = {}
        self.tokens: dict[str, _Token] = {}
        self._threads: list[threading.Thread] = []
        self._functions = {_pascal(name): self._function(name) for name in STEPS}

    def publish(self, arn: str, definition: Definition, version: int = 1) -> None:
        """Compile ``definition`` and keep its machine under ``arn``."""
        self.machines[arn] = json.loads(compile_definition(definition, version).to_json())

    def start_execution(self, *, stateMachineArn: str, name: str, input: str) -> dict[str, str]:  # noqa: A002, N803
        """Run the machine until it waits for a token or ends."""
        if name in self.executions:
            raise _refused("ExecutionAlreadyExists", "StartExecution")
        running = self.executions[name] = _Running()
        execution = Execution(self.machines[stateMachineArn], self._bound(running))
        thread = threading.Thread(
            target=self._run, args=(running, execution, json.loads(input)), daemon=True
        )
        self._threads.append(thread)
        thread.start()
        self._until_still(running)
        return {"executionArn": f"arn:execution:{name}"}

    def send_task_success(self, *, taskToken: str, output: str) -> None:  # noqa: N803
        """Answer a token, and return when the machine stands still again."""
        token = self._take(taskToken, "SendTaskSuccess")
        token.output = json.loads(output)
        token.answered.set()
        self._until_still(token.running)

    def send_task_failure(self, *, taskToken: str, error: str, cause: str) -> None:  # noqa: N803
        """Fail a token's state."""
        token = self._take(taskToken, "SendTaskFailure")
        token.error = StateError(error, cause)
        token.answered.set()
        self._until_still(token.running)

    def stop_execution(self, *, executionArn: str, error: str, cause: str) -> None:  # noqa: N803
        """Nothing more is done for a stopped execution; its tokens are gone."""
        name = executionArn.rpartition(":")[2]
        if name not in self.executions:
            raise _refused("ExecutionDoesNotExist", "StopExecution")
        self._abandon(self.executions[name])

    def close(self) -> None:
        """End every thread. Raises what an execution failed of."""
        for running in self.executions.values():
            self._abandon(running)
        for thread in self._threads:
            thread.join(_PATIENCE)
        for running in self.executions.values():
            if running.error and not isinstance(running.error, StoppedExecution):
                raise running.error

    def _run(self, running: _Running, execution: Execution, scope: Any) -> None:
        try:
            execution.run(scope)
        except (StateError, StoppedExecution) as error:
            running.error = error
        finally:
            running.ended = True
            running.still.release()

    def _bound(self, running: _Running) -> dict[str, Any]:
        def bind(name: str) -> Any:
            function = self._functions[name]
            return lambda payload: function(running, payload)

        return {name: bind(name) for name in self._functions}

    def _function(self, name: str) -> Any:
        handler = importlib.import_module(f"steps.{name}").handler
        waits = _pascal(name) in TOKEN_STEPS

        def call(running: _Running, payload: dict[str, Any]) -> Any:
            token = _Token(running)
            if waits:
                payload["token"] = str(uuid.uuid4())
                self.tokens[payload["token"]] = token
            try:
                answer = handler(payload, Context())
            except Exception as error:
                raise StateError(type(error).__name__, str(error)) from error
            return self._wait(token) if waits else answer

        return call

    def _wait(self, token: _Token) -> Any:
        token.running.still.release()
        token.answered.wait(_PATIENCE)
        if token.error:
            raise token.error
        if token.output is None:
            raise StoppedExecution
        return token.output

    def _take(self, token: str, operation: str) -> _Token:
        if token not in self.tokens:
            raise _refused("TaskTimedOut", operation)
        return self.tokens.pop(token)

    def _abandon(self, running: _Running) -> None:
        for name, token in list(self.tokens.items()):
            if token.running is running:
                del self.tokens[name]
                token.answered.set()

    @staticmethod
    def _until_still(running: _Running) -> None:
        assert running.still.acquire(timeout=_PATIENCE), "the machine did not come to rest"


def _pascal(name: str) -> str:
    return "".join(part.capitalize() for part in name.split("_"))


def _refused(code: str, operation: str) -> ClientError:
    return ClientError({"Error": {"Code": code, "Message": code}}, operation)
