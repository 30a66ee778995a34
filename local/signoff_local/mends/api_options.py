"""OPTIONS is a method like any other for an HTTP API that has no CORS configuration.

AWS answers OPTIONS itself only where CORS is configured; elsewhere it goes to its route, or to
`$default`.

Emulator: it answers every OPTIONS itself, without CORS with 403 {"message":"CORS not configured"}.

To see it: tests/local/test_api.py. To delete when: ministack passes it.
"""

from __future__ import annotations

from typing import Any

from signoff_local import emulator

RELIES_ON = {
    "services.apigateway:_handle_execute_in_scope": "aa60b8b0dfaa",
    "services.apigateway:_match_route": "c47ed1dc647e",
    "services.apigateway:_invoke_lambda_proxy": "fbe5024fcd36",
}


def apply() -> None:
    """Route OPTIONS where there is no CORS."""
    gateway = emulator.module("services.apigateway")
    theirs = gateway._handle_execute_in_scope

    async def handle(
        api: str,
        stage: str,
        path: str,
        method: str,
        headers: dict[str, str],
        body: bytes,
        query: dict[str, list[str]],
        account: str,
        region: str,
        raw_query: str | None = None,
    ) -> Any:
        configured = (gateway._apis.get(api) or {}).get("corsConfiguration")
        if method != "OPTIONS" or configured:
            return await theirs(
                api, stage, path, method, headers, body, query, account, region, raw_query
            )
        route = gateway._match_route(api, method, "/" + path.lstrip("/")) or {}
        target = route.get("target", "").rpartition("/")[2]
        integration = gateway._integrations.get(api, {}).get(target)
        if integration is None:
            return gateway._http_api_not_found()
        key = route["routeKey"]
        parameters = gateway._extract_path_params(key.partition(" ")[2], path) if " " in key else {}
        return await gateway._invoke_lambda_proxy(
            integration,
            api,
            stage,
            path,
            method,
            {name.lower(): value for name, value in headers.items()},
            body,
            query,
            key,
            parameters or None,
            owner_account_id=account,
            owner_region=region,
            raw_query_string=raw_query,
        )

    gateway._handle_execute_in_scope = handle
