"""A state machine as the compiler hands it over: text, the same to the byte every time."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from pydantic import JsonValue

__all__ = ["FUNCTIONS", "MAX_BYTES", "Machine", "MachineTooLarge", "substitute"]

# Step Functions quotas: the largest definition of a state machine.
MAX_BYTES = 1_048_576

# The step functions a machine calls; each stands in it as `${Name}` until it is published.
FUNCTIONS = (
    "OpenTasks",
    "EnterStep",
    "EnterWait",
    "Notify",
    "CallIntegration",
    "StartChild",
    "FinishRun",
)


class MachineTooLarge(ValueError):
    """A machine is larger than Step Functions takes; the definition has to be split."""

    def __init__(self, size: int) -> None:
        """Keep the size in bytes."""
        super().__init__(
            f"The state machine has {size} bytes and may have {MAX_BYTES}; "
            "move some of the steps into a sub-workflow."
        )
        self.size = size


@dataclass(frozen=True)
class Machine:
    """A state machine in Amazon States Language."""

    definition: dict[str, JsonValue]

    def to_json(self) -> str:
        """Return the machine as text: indented by two, fields in order, one line break at the end.

        The order is that of the definition's steps; equal definitions give equal bytes.
        """
        text = json.dumps(self.definition, indent=2, ensure_ascii=False, allow_nan=False)
        return text + "\n"


def substitute(machine_json: str, arns: Mapping[str, str]) -> str:
    """Return a machine as it is published: with `${OpenTasks}` and the like replaced by ARNs.

    Only the functions that states call are looked at, so text of a definition that looks like a
    placeholder stays as it is.  The text is compact, since Step Functions counts white space too.

    Raises:
        MachineTooLarge: the text is larger than Step Functions takes.
        ValueError: the machine calls a function that `arns` does not name.
    """
    machine = json.loads(machine_json)
    for state in _states(machine):
        arguments = state.get("Arguments")
        if state["Type"] != "Task" or not isinstance(arguments, dict):
            continue
        name = str(arguments["FunctionName"]).removeprefix("${").removesuffix("}")
        if name not in arns:
            raise ValueError(f"no ARN is given for the step function {name}")
        arguments["FunctionName"] = arns[name]
    text = json.dumps(machine, separators=(",", ":"), ensure_ascii=False, allow_nan=False)
    size = len(text.encode())
    if size > MAX_BYTES:
        raise MachineTooLarge(size)
    return text


def _states(machine: dict[str, Any]) -> Iterator[dict[str, Any]]:
    for state in machine["States"].values():
        yield state
        for branch in state.get("Branches", ()):
            yield from _states(branch)
        if "ItemProcessor" in state:
            yield from _states(state["ItemProcessor"])
