"""The template for AWS, made into what the emulator can deploy."""

from __future__ import annotations

import importlib
import logging
import os
import sys
from pathlib import Path
from typing import Any

import yaml

from signoff_local import home, http_api
from signoff_local.process import StackError
from signoff_local.workers.code import Source

LEFT_OUT = (
    "AWS::Lambda::LayerVersion",  # a layer is a folder on the import path: workers/code.py
    "AWS::Lambda::Permission",  # the emulator does not ask who calls a function
)

SERVED_BY_HOST = f"python{sys.version_info.major}.{sys.version_info.minor}"
"""The functions' runtime here: the interpreter that this stack was installed with."""


def prepare(path: Path, parameters: dict[str, str]) -> dict[str, Any]:
    """Plain CloudFormation of the SAM template at `path`, its code pointing into the source tree.

    Raises StackError, with the translator's words, for a template that SAM refuses.
    """
    try:
        translated = _translate(path, parameters)
    except OSError as error:
        raise StackError(f"{path} cannot be read: {error.strerror}") from error
    layers = _layers(translated, path.parent)
    resources: dict[str, Any] = {}
    for name, resource in translated["Resources"].items():
        if resource["Type"] in LEFT_OUT:
            continue
        function = resource["Type"] == "AWS::Lambda::Function"
        resources[name] = _function(resource, path.parent, layers) if function else resource
    prepared = {k: v for k, v in translated.items() if k != "Transform"}
    return {**prepared, "Resources": http_api.expand(resources)}


def _translate(path: Path, parameters: dict[str, str]) -> dict[str, Any]:
    """What CloudFormation makes of the SAM transform, done by the same library."""
    os.environ.setdefault("AWS_DEFAULT_REGION", home.REGION)  # the library insists on one
    logging.getLogger("samtranslator").setLevel(logging.CRITICAL)  # it misses its own telemetry
    sam = importlib.import_module  # half a second, which an unchanged template never pays
    refusal = sam("samtranslator.model.exceptions").InvalidDocumentException
    transform = sam("samtranslator.translator.transform").transform

    class NoManagedPolicies:
        """Roles name policies by ARN; the loader is asked only for names."""

        def load(self) -> dict[str, str]:
            return {}

    try:
        parsed = sam("samtranslator.yaml_helper").yaml_parse(path.read_text("utf-8"))
        _mark_code(parsed)
        values = sam("samtranslator.sdk.parameter").SamParameterValues(parameters)
        values.add_default_parameter_values(parsed)
        translated: dict[str, Any] = transform(parsed, values.parameter_values, NoManagedPolicies())
    except refusal as error:
        causes = "\n  ".join(cause.message for cause in error.causes)
        raise StackError(f"{path.name} is not valid:\n  {causes}") from error
    except yaml.YAMLError as error:
        raise StackError(f"{path.name} is not valid YAML: {error}") from error
    return translated


def _mark_code(parsed: dict[str, Any]) -> None:
    """Turn local folders into addresses that the translator accepts and we find again.

    `sam package` would have uploaded them; the translator only takes s3:// addresses.
    """
    everything = [parsed.get("Globals", {}).get("Function", {})]
    for resource in parsed.get("Resources", {}).values():
        everything.append(resource.get("Properties") or {})
    for properties in everything:
        for member in ("CodeUri", "ContentUri"):
            if isinstance(properties.get(member), str):
                properties[member] = {"Bucket": "local", "Key": properties[member]}


def _layers(translated: dict[str, Any], root: Path) -> dict[str, str]:
    """The folder of each layer by its logical id; those that hold nothing to import are left out.

    The dependencies layer is such a one: its packages are installed beside this program.
    """
    found = {}
    for name, resource in translated["Resources"].items():
        if resource["Type"] == "AWS::Lambda::LayerVersion":
            folder = root / resource["Properties"]["Content"]["S3Key"]
            if any(folder.glob("*.py")) or any(folder.glob("*/__init__.py")):
                found[name] = str(folder.resolve())
    return found


def _function(resource: dict[str, Any], root: Path, layers: dict[str, str]) -> dict[str, Any]:
    properties = dict(resource["Properties"])
    code = properties["Code"]
    named = [layer.get("Ref") for layer in properties.pop("Layers", []) if isinstance(layer, dict)]
    if "S3Key" in code:
        source = Source(
            code=str((root / code["S3Key"]).resolve()),
            layers=tuple(layers[name] for name in named if name in layers),
        )
        properties["Code"] = {"ZipFile": source.pointer()}
    properties["Runtime"] = SERVED_BY_HOST
    return {**resource, "Properties": properties}
