"""An HTTP API's OpenAPI body as resources of its own, since the emulator ignores the body.

SAM writes routes and integrations into `AWS::ApiGatewayV2::Api.Body`, which API Gateway imports.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from typing import Any

from signoff_local.front import API_ID
from signoff_local.process import StackError

Resources = dict[str, dict[str, Any]]

ID_TAG = "ms-custom-id"
"""The emulator gives an API the id in this tag (ministack, apigateway._resolve_custom_api_id)."""


def expand(resources: Resources) -> Resources:
    """The same resources, with an HTTP API's body replaced by integrations and routes.

    Raises StackError for what a body may have and this stack would silently leave out.
    """
    expanded: Resources = {}
    apis = 0
    for name, resource in resources.items():
        body = resource.get("Properties", {}).get("Body")
        if resource["Type"] != "AWS::ApiGatewayV2::Api" or body is None:
            expanded[name] = resource
            continue
        apis += 1
        if apis > 1:
            raise StackError("the local stack serves one HTTP API, and the template has several")
        expanded[name] = _api(resource, body)
        expanded.update(_routes(name, body))
    return expanded


def _api(resource: dict[str, Any], body: dict[str, Any]) -> dict[str, Any]:
    properties = {k: v for k, v in resource["Properties"].items() if k != "Body"}
    cors = body.get("x-amazon-apigateway-cors")
    if cors:
        # Their data plane reads the names of OpenAPI, not those of CloudFormation.
        properties["CorsConfiguration"] = cors
    title = (body.get("info") or {}).get("title", "api")
    properties = {"Name": title, "ProtocolType": "HTTP", **properties}
    properties["Tags"] = {**properties.get("Tags", {}), ID_TAG: API_ID}
    return {**resource, "Properties": properties}


def _routes(api: str, body: dict[str, Any]) -> Resources:
    resources: Resources = {}
    for path, method, operation in _operations(body):
        if operation.get("security"):
            raise StackError(f"{method.upper()} {path} has an authorizer: not on the local stack")
        integration = operation["x-amazon-apigateway-integration"]
        every = method == "x-amazon-apigateway-any-method"
        key = (
            "$default"
            if path.lstrip("/") == "$default"
            else f"{'ANY' if every else method.upper()} {path}"
        )
        # Words for whoever reads the stack's events; the digest tells /a/{b} from /a/b.
        words = re.sub(r"[^A-Za-z0-9]", "", f"{method.title()}{path.title()}")
        name = f"{api}{words}{hashlib.sha256(key.encode()).hexdigest()[:6]}"
        resources[f"{name}Integration"] = {
            "Type": "AWS::ApiGatewayV2::Integration",
            "Properties": {
                "ApiId": {"Ref": api},
                "IntegrationType": integration["type"].upper(),
                "IntegrationMethod": integration["httpMethod"],
                "IntegrationUri": integration["uri"],
                "PayloadFormatVersion": integration["payloadFormatVersion"],
            },
        }
        target = {"Fn::Join": ["/", ["integrations", {"Ref": f"{name}Integration"}]]}
        resources[f"{name}Route"] = {
            "Type": "AWS::ApiGatewayV2::Route",
            "Properties": {"ApiId": {"Ref": api}, "RouteKey": key, "Target": target},
        }
    return resources


def _operations(body: dict[str, Any]) -> Iterator[tuple[str, str, dict[str, Any]]]:
    """(path, method, operation) of everything that has an integration."""
    for path, item in body.get("paths", {}).items():
        for method, operation in item.items():
            if isinstance(operation, dict) and "x-amazon-apigateway-integration" in operation:
                yield path, method, operation
