"""A function that fails behind the HTTP API is a 500 that says nothing, a throttled one a 503.

AWS: an HTTP API answers 500 {"message":"Internal Server Error"} when its function raises, times
out or answers nonsense, and 503 {"message":"Service Unavailable"} when Lambda throttles.

Emulator: 502 with the exception's text, and 429.

To see it: tests/local/test_api.py. To delete when: ministack passes it.
"""

from __future__ import annotations

import json
from typing import Any

from signoff_local import emulator

RELIES_ON = {
    "services.lambda_svc:lambda_execute_result_to_api_proxy_response": "36f0ed215e85",
    "services.apigateway:_invoke_lambda_proxy": "fbe5024fcd36",
    "services.apigateway:handle_execute": "c7a2f92d7eb6",
    "services.apigateway:decode_http_api_path": "09b93a97677f",
    "services.apigateway:find_api_scope": "d4863a8cb863",
}


def apply() -> None:
    """Replace what becomes of a failed invocation."""
    service = emulator.module("services.lambda_svc")
    theirs = service.lambda_execute_result_to_api_proxy_response

    def to_response(result: dict[str, Any]) -> tuple[dict[str, Any], None]:
        if result.get("throttle"):
            return _answer(503, "Service Unavailable"), None
        if result.get("error"):
            return _answer(500, "Internal Server Error"), None
        response, _ = theirs(result)
        status = response.get("statusCode") if isinstance(response, dict) else None
        if not str(status).isdigit():
            return _answer(500, "Internal Server Error"), None
        return response, None

    service.lambda_execute_result_to_api_proxy_response = to_response


def _answer(status: int, text: str) -> dict[str, Any]:
    body = json.dumps({"message": text})
    return {"statusCode": status, "headers": {"Content-Type": "application/json"}, "body": body}
