"""mends/lambda_workers.py: how functions run."""

from __future__ import annotations

from pathlib import Path

import pytest

from signoff_local.workers.code import Source
from tests.local.harness import Stack, until

ODD = """
import os, logging
calls = 0
class Odd(Exception): pass
def handler(event, context):
    global calls
    calls += 1
    if event == "raise": raise Odd("so it is")
    if event == "log": logging.getLogger("mine").warning("told to the root logger")
    if event == "exit": os._exit(3)
    return {"calls": calls, "pid": os.getpid()}
"""


def test_the_error_type_is_the_class_of_the_exception(stack: Stack) -> None:
    kind, body = stack.call(stack.function(ODD), "raise")

    assert kind == "Unhandled"
    assert body["errorMessage"] == "so it is"
    assert (body["errorType"] == "Odd") is stack.mended


def test_an_exception_leaves_the_process_alive(stack: Stack) -> None:
    function = stack.function(ODD)
    stack.call(function)
    stack.call(function, "raise")

    assert (stack.call(function)[1]["calls"] == 3) is stack.mended


def test_the_root_logger_writes_to_the_log(stack: Stack) -> None:
    function = stack.function(ODD)
    stack.call(function, "log")
    group = f"/aws/lambda/{function.rpartition(':')[2]}"

    def warned() -> list[str]:
        if not stack.has_group(group):
            return []
        found = stack.client("logs").filter_log_events(logGroupName=group)["events"]
        return [e["message"] for e in found if "told to the root logger" in e["message"]]

    (line,) = until(warned)
    assert line.startswith("[WARNING]\t") is stack.mended


def test_functions_see_nothing_of_the_developers_shell(stack: Stack) -> None:
    code = "import os\ndef handler(event, context): return sorted(os.environ)"

    _, names = stack.call(stack.function(code, Environment={"Variables": {"MINE": "1"}}))

    assert {"MINE", "AWS_REGION", "AWS_ENDPOINT_URL", "AWS_ACCESS_KEY_ID"} <= set(names)
    assert ("PYTEST_CURRENT_TEST" not in names) is stack.mended


def test_what_cannot_be_loaded_or_dies_is_named_as_on_aws(stack: Stack) -> None:
    _, unloaded = stack.call(stack.function("import nowhere_to_be_found"))
    _, died = stack.call(stack.function(ODD), "exit")
    _, late = stack.call(stack.function("import time\ndef handler(e, c): time.sleep(9)", Timeout=1))

    assert (unloaded["errorType"] == "Runtime.ImportModuleError") is stack.mended
    assert (died["errorType"] == "Runtime.ExitError") is stack.mended
    assert late["errorType"] == "Sandbox.Timedout"


@pytest.mark.parametrize("stack", ["mended"], indirect=True)
def test_an_edit_is_live_at_the_next_call(stack: Stack, tmp_path: Path) -> None:
    source = tmp_path / "functions"
    source.mkdir()
    module = source / "edited.py"
    module.write_text("def handler(event, context): return 'before'")
    function = stack.function(Source(str(source)).pointer(), Handler="edited.handler")
    assert stack.call(function) == (None, "before")

    module.write_text("def handler(event, context): return 'after'")

    until(lambda: stack.call(function) == (None, "after"))
