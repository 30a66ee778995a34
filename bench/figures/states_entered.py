"""What J1 costs in Step Functions, which bills each state that is entered."""

from typing import Any

from bench.bench import Bench
from bench.figure import Value, exactly
from bench.journey import journey, publish
from signoff_local.clients import client

TITLE = "States that Step Functions enters in one J1"
MEASURED_ON = "the local stack: GetExecutionHistory of one run"

MOST_PAGES = 20


def measure(bench: Bench) -> list[Value]:
    """Count the execution's ``…StateEntered`` events."""
    stack = bench.stack()
    machine = publish(stack)["machineArn"]
    run_id = journey(stack, "ann").run_id
    head, _, name = machine.partition(":stateMachine:")
    execution = f"{head}:execution:{name.split(':')[0]}:{run_id}-1"
    entered = [
        event["stateEnteredEventDetails"]["name"]
        for event in history(stack.port, execution)
        if event["type"].endswith("StateEntered")
    ]
    return [exactly("states entered", len(entered), 2, states=" → ".join(entered))]


def history(port: int, execution: str) -> list[dict[str, Any]]:
    """All events of an execution, oldest first."""
    states = client("stepfunctions", port)
    events: list[dict[str, Any]] = []
    more: dict[str, str] = {}
    for _ in range(MOST_PAGES):
        page = states.get_execution_history(executionArn=execution, maxResults=1000, **more)
        events += page["events"]
        if "nextToken" not in page:
            return events
        more = {"nextToken": page["nextToken"]}
    raise OverflowError(f"{execution} has more than {MOST_PAGES} pages of history")
