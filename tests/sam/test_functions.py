"""The built functions in Lambda's image: every handler imports, and each kind answers an event."""

from __future__ import annotations

import json
import subprocess
from typing import Any

import pytest

from tests.sam.conftest import BUILD
from tests.support import sam

EVENTS = sam.ROOT / "events"
HANDLERS = {
    name: str(properties["Handler"]).removesuffix(".handler")
    for name, properties in sam.functions().items()
}
# Endpoints are called through the API (test_api.py); here is what has no route.
MESSAGE = json.loads((EVENTS / "workers" / "notify_people.json").read_bytes())["Records"][0][
    "messageId"
]
INVOKED = sorted(name for name, module in HANDLERS.items() if not module.startswith("api."))


def expected(module: str, answer: Any) -> bool:
    """What a stack that has no run of the sample's has to say to it."""
    if module.startswith("steps."):
        return bool(answer["errorType"] == "StaleAttempt")
    if module.startswith("workers.sweep_"):
        return bool(answer.get("failed", 0) == 0 and "errorType" not in answer)
    if module == "workers.notify_people":  # the entry that it is to tell of is none here
        return [each["itemIdentifier"] for each in answer["batchItemFailures"]] == [MESSAGE]
    if module.startswith("workers."):
        return bool(answer == {"batchItemFailures": []})
    return bool(answer["ok"])


@pytest.mark.parametrize("function", INVOKED)
def test_a_function_answers_its_sample_event(lambda_client: Any, function: str) -> None:
    module = HANDLERS[function]
    event = (EVENTS / f"{module.replace('.', '/')}.json").read_bytes()
    invoked = lambda_client.invoke(FunctionName=function, Payload=event)
    answer = json.loads(invoked["Payload"].read())
    assert expected(module, answer), answer


def test_every_handler_imports_under_the_built_layers(api: str, beside: Any) -> None:
    """All in one container of the image that SAM made: an image per function takes minutes."""
    images = ["docker", "image", "ls", "--format", "{{.Repository}}:{{.Tag}}"]
    made = subprocess.run(images, check=True, capture_output=True, text=True).stdout.split()
    image = next(name for name in made if name.startswith("samcli/lambda-python:"))
    declared = json.loads(beside.read_text())["Globals"]["Function"]["Environment"]["Variables"]
    environment = {name: value for name, value in declared.items() if isinstance(value, str)}
    imports = "; ".join(f"import {module}" for module in sorted(HANDLERS.values()))
    command = ["docker", "run", "--rm", "--volume", f"{BUILD / 'NotFound'}:/var/task:ro"]
    for name, value in {**environment, "PYTHONPATH": "/var/task:/opt/python"}.items():
        command += ["--env", f"{name}={value}"]
    command += ["--entrypoint", "/var/lang/bin/python3", image, "-c", f"{imports}; print('all')"]
    imported = subprocess.run(command, check=False, capture_output=True, text=True)
    assert imported.stdout.endswith("all\n"), imported.stderr
