"""What the tests of the directory ask for, and how."""

import json
from typing import Any

from signoff.storage.store import history
from tests.support.gateway import Answer, Client, send
from tests.support.world import TENANT
from tests.unit.functions.api.admin.documents import data

USERS = "/api/v1/admin/users"
DEPARTMENTS = "/api/v1/admin/departments"


def ask(client: Client, method: str, url: str, body: Any = None) -> Answer:
    """Send what the client has no word for."""
    headers = {"Authorization": f"Bearer {client.key}", "Content-Type": "application/json"}
    return send(method, url, headers=headers, body=None if body is None else json.dumps(body))


def employ(client: Client, user_id: str, **fields: Any) -> dict[str, Any]:
    """Put somebody into the directory."""
    sent = {"id": user_id, "name": user_id.title()[:200], **fields}
    made: dict[str, Any] = data(client.post(USERS, sent), 201)
    return made


def edit(client: Client, user_id: str, **changes: Any) -> dict[str, Any]:
    """Change somebody."""
    changed: dict[str, Any] = data(ask(client, "PATCH", f"{USERS}/{user_id}", changes))
    return changed


def found_departments(client: Client, **heads: str | None) -> None:
    """Make departments with these heads."""
    for name, head in heads.items():
        body = {"name": name.title(), "headId": head}
        data(ask(client, "PUT", f"{DEPARTMENTS}/{name}", body), 201)


def settings_entries(tenant: str = TENANT) -> list[tuple[str, dict[str, Any]]]:
    """Type and detail of every entry of the settings history, oldest first."""
    found = history().query_all(f"T#{tenant}#SETTINGS")
    return [(each["type"], json.loads(each["detail"])) for each in found]
