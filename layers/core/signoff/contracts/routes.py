"""Every path of every contract with its methods, for the answer 405.

The handlers hold the truth; importing them all would make the fallback's cold start the sum of
theirs. A contract test holds this table to them.
"""

ROUTES: dict[str, tuple[str, ...]] = {
    "/api/v1/flows": ("GET", "POST"),
    "/api/v1/flows/{flowId}": ("GET",),
    "/api/v1/tasks/{taskId}/claim": ("POST",),
    "/api/v1/tasks/{taskId}/release": ("POST",),
    "/api/v1/tasks/{taskId}/decision": ("POST",),
    "/api/v1/worklists/group": ("GET",),
    "/api/v1/worklists/mine": ("GET",),
    "/api/v1/workflows/instances/{instanceId}": ("GET",),
    "/api/v1/workflows/instances/{instanceId}/advance": ("POST",),
    "/api/v1/workflows/instances/{instanceId}/comments": ("POST",),
    "/api/v1/workflows/tasks": ("GET",),
    "/api/v1/workflows/tasks/me": ("GET",),
    "/api/v1/admin/definitions": ("GET", "POST"),
    "/api/v1/admin/definitions/{definition}": ("GET",),
    "/api/v1/admin/runs": ("GET", "POST"),
    "/api/v1/admin/runs/{runId}": ("GET",),
    "/api/v1/admin/runs/{runId}/history": ("GET",),
    "/api/v1/admin/runs/{runId}/cancel": ("POST",),
    "/api/v1/admin/runs/{runId}/retry": ("POST",),
    "/api/v1/admin/runs/{runId}/move": ("POST",),
    "/api/v1/admin/runs/{runId}/restart": ("POST",),
    "/api/v1/admin/runs/{runId}/reverse": ("POST",),
    "/api/v1/admin/runs/{runId}/comments": ("POST",),
    "/api/v1/admin/tasks/{taskId}/reassign": ("POST",),
    "/api/v1/admin/audit": ("GET",),
    "/api/v1/admin/keys": ("GET", "POST"),
    "/api/v1/admin/users": ("GET", "POST"),
    "/api/v1/admin/users/{userId}": ("GET", "PATCH"),
    "/api/v1/admin/departments": ("GET",),
    "/api/v1/admin/departments/{department}": ("DELETE", "GET", "PUT"),
    "/api/v1/admin/keys/{keyId}": ("DELETE", "GET", "PATCH"),
    "/api/v1/admin/keys/{keyId}/rotate": ("POST",),
}
