"""template.yaml for tests: as it is written, and as SAM's own translator makes it."""

from __future__ import annotations

import copy
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import boto3
from samtranslator.parser.parser import Parser
from samtranslator.translator.translator import Translator
from samtranslator.yaml_helper import yaml_parse

ROOT = Path(__file__).resolve().parents[2]
TEMPLATE = ROOT / "template.yaml"

Resource = dict[str, Any]


@lru_cache(maxsize=1)
def template() -> dict[str, Any]:
    """The template as written, intrinsic functions in their long form."""
    parsed: dict[str, Any] = yaml_parse(TEMPLATE.read_text(encoding="utf-8"))
    return parsed


@lru_cache(maxsize=1)
def translated() -> dict[str, Any]:
    """The plain CloudFormation that SAM makes of it, as if it had been packaged to a bucket."""
    packaged = copy.deepcopy(template())
    packaged["Globals"]["Function"]["CodeUri"] = "s3://bucket/functions"
    for each in packaged["Resources"].values():
        if each["Type"] == "AWS::Serverless::LayerVersion":
            each["Properties"]["ContentUri"] = "s3://bucket/layer"
    session = boto3.Session(region_name="us-east-1")
    translator = Translator({}, Parser(), boto_session=session)
    result: dict[str, Any] = translator.translate(packaged, {})
    return result


def resources(kind: str) -> dict[str, Resource]:
    """The properties of every translated resource of a CloudFormation type, by logical id."""
    found = translated()["Resources"].items()
    return {name: each["Properties"] for name, each in found if each["Type"] == kind}


def functions() -> dict[str, Resource]:
    """The properties of every Lambda function, by logical id."""
    return resources("AWS::Lambda::Function")


def functions_in(folder: str) -> list[str]:
    """The functions whose handlers are in a folder: api, steps, workers or operations."""
    handlers = {name: str(each["Handler"]) for name, each in functions().items()}
    return sorted(name for name, handler in handlers.items() if handler.startswith(f"{folder}."))


def arn_of(function: str) -> dict[str, str]:
    """A function's ARN, made of the name that the template gives it."""
    name = functions()[function]["FunctionName"]["Fn::Sub"]
    prefix = "arn:${AWS::Partition}:lambda:${AWS::Region}:${AWS::AccountId}:function:"
    return {"Fn::Sub": prefix + name}


@dataclass(frozen=True)
class Statement:
    """One allowing statement of a role, and the role's logical id."""

    role: str
    actions: tuple[str, ...]
    resources: tuple[Any, ...]
    condition: Any


def statements(role: str) -> Iterator[Statement]:
    """Every statement that a role holds, by its managed and its inline policies."""
    properties = resources("AWS::IAM::Role")[role]
    policies = resources("AWS::IAM::ManagedPolicy")
    documents = [
        policies[each["Ref"]]["PolicyDocument"] for each in properties.get("ManagedPolicyArns", [])
    ]
    documents += [each["PolicyDocument"] for each in properties.get("Policies", [])]
    for document in documents:
        for each in document["Statement"]:
            assert each["Effect"] == "Allow"
            allowed, named = _listed(each["Action"]), _listed(each["Resource"])
            yield Statement(role, allowed, named, each.get("Condition"))


def actions(role: str) -> set[str]:
    """Every action that a role may do to anything."""
    return {action for statement in statements(role) for action in statement.actions}


def role_of(function: Resource) -> str:
    """The logical id of a function's role."""
    name: str = function["Role"]["Fn::GetAtt"][0]
    return name


def _listed(value: Any) -> tuple[Any, ...]:
    return tuple(value) if isinstance(value, list) else (value,)
