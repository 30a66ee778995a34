"""The model: frozen, closed, and cheap to import."""

from __future__ import annotations

import subprocess
import sys

import pytest
from pydantic import ValidationError

from signoff.definition.model import Definition
from signoff.definition.steps import STEP_TYPES, ApprovalStep, Step, TaskStep
from tests.unit.definition.support import DONE, model, step, task


def test_a_definition_cannot_be_changed() -> None:
    made = model(task("A"))
    with pytest.raises(ValidationError):
        made.name = "Other"  # type: ignore[misc]
    with pytest.raises(ValidationError):
        made.steps[0].id = "B"  # type: ignore[misc]


def test_fields_are_camel_case_only() -> None:
    four_eyes = model(task("A", fourEyes=True)).steps[0]
    assert isinstance(four_eyes, TaskStep)
    assert four_eyes.config.four_eyes
    with pytest.raises(ValidationError):
        model(task("A", four_eyes=True))


@pytest.mark.parametrize(
    "config",
    [{"fourEyes": "yes"}, {"fourEyes": 1}, {"candidates": {"groups": "legal"}}, {"mode": "POOL"}],
)
def test_values_are_not_converted(config: dict[str, object]) -> None:
    with pytest.raises(ValidationError):
        model(task("A", **config))


def test_a_definition_survives_json() -> None:
    branch = [{"id": "one", "steps": [task("B")]}, {"id": "two", "steps": [task("C")]}]
    steps = [task("A"), step("P", "parallel", {"branches": branch}), DONE]
    for wanted in (model(*steps), model(*steps, parameters={"type": "object"}, category="x")):
        text = wanted.model_dump_json(by_alias=True, exclude_unset=True)
        assert Definition.model_validate_json(text) == wanted


def test_the_quorum_of_an_outcome_that_names_none_is_any() -> None:
    config = {
        "candidates": {"groups": ["a", "b"]},
        "quorum": {"yes": 2},
        "outcomes": {"yes": {}, "no": {}},
        "otherwise": "Done",
    }
    (approval, _) = model(step("A", "approval", config), DONE).steps
    assert isinstance(approval, ApprovalStep)
    assert [approval.config.quorum_of(name) for name in ("yes", "no")] == [2, "any"]


def test_a_task_completes_by_default() -> None:
    (only,) = model(task("A")).steps
    assert isinstance(only, TaskStep)
    assert list(only.config.outcomes) == ["complete"]


def test_every_step_type_is_listed() -> None:
    named = [
        member.model_fields["type"].annotation.__args__[0] for member in Step.__origin__.__args__
    ]
    assert tuple(named) == STEP_TYPES


@pytest.mark.parametrize(
    ("module", "absent"),
    [
        (
            "signoff.definition.model",
            "yaml jsonata jsonschema boto3 botocore aws_lambda_powertools",
        ),
        ("signoff.definition.checker", "jsonata jsonschema boto3 botocore aws_lambda_powertools"),
        ("signoff.cli.check", "jsonata jsonschema boto3 botocore aws_lambda_powertools"),
    ],
)
def test_importing_costs_only_what_is_used(module: str, absent: str) -> None:
    program = f"import sys, {module}; print(*sys.modules)"
    result = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )
    assert not set(absent.split()) & set(result.stdout.split())
