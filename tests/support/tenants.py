"""Tenants of a deployed stack, and the people and programs that call it: the tests' own words."""

from __future__ import annotations

import re
import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urljoin

from signoff.identity.scopes import INTEGRATION_SCOPES
from tests.support.deployed import Deployed
from tests.support.http import Answer, Http
from tests.support.waiting import until

FLOWS = "/api/v1/flows"
TASKS = "/api/v1/tasks"
WORKLISTS = "/api/v1/worklists"
ADMIN = "/api/v1/admin"
ROOT = Path(__file__).resolve().parents[2]
SHIPPED = ROOT / "statemachines" / "document-approval.yaml"

# The longest that a command may be asked to wait, for tests that go on from its answer.
PATIENT = {"Prefer": "wait=20"}
_NEXT = re.compile(r'<([^>]*)>; rel="next"')
_PAGES = 100


def told(answer: Answer, status: int = 200) -> Any:
    """The body of an answer with that status."""
    assert answer.status == status, answer
    return answer.body


@dataclass(frozen=True)
class Person:
    """Somebody who calls the Flow API through a program's key; ``id`` None names nobody."""

    http: Http
    key: str
    id: str | None
    groups: tuple[str, ...] = ()

    def send(self, method: str, path: str, body: Any = None, **headers: str | None) -> Answer:
        """Send a request; ``headers`` are added, ``_`` standing for ``-``."""
        own = {
            "Authorization": f"Bearer {self.key}",
            "X-Actor-Id": self.id,
            "X-Actor-Groups": ",".join(self.groups) if self.groups else None,
            "Content-Type": "application/json" if body is not None else None,
        }
        more = {name.replace("_", "-"): text for name, text in headers.items()}
        return self.http.send(method, path, headers=own | more, body=body)

    def get(self, path: str, **headers: str | None) -> Answer:
        """Send a GET."""
        return self.send("GET", path, **headers)

    def post(self, path: str, body: Any = None, **headers: str | None) -> Answer:
        """Send a POST."""
        return self.send("POST", path, body, **headers)

    def submit(self, definition: str = "document-approval", document: str = "doc.pdf") -> Any:
        """Submit a document; answers the flow, which stands at its first task."""
        body = {"definitionKey": definition, "documentRef": document}
        return told(self.post(FLOWS, body, **PATIENT), 201)

    def claim(self, task: str) -> Answer:
        """Claim a task."""
        return self.post(f"{TASKS}/{task}/claim")

    def release(self, task: str) -> Answer:
        """Release a task."""
        return self.post(f"{TASKS}/{task}/release")

    def decide(self, task: str, outcome: str, **more: Any) -> Answer:
        """Decide a task; ``more`` are other fields of the body."""
        return self.post(f"{TASKS}/{task}/decision", {"outcome": outcome, **more}, **PATIENT)

    def take(self, task: str, outcome: str, **more: Any) -> Any:
        """Claim a task and decide it; answers the flow."""
        told(self.claim(task))
        return told(self.decide(task, outcome, **more))

    def flow(self, flow_id: str) -> Any:
        """A flow with its history."""
        return told(self.get(f"{FLOWS}/{flow_id}"))

    def flows(self, count: int) -> list[Any]:
        """The person's flows, once there are that many: the list follows within a moment."""

        def listed() -> Any:
            found = self.pages(f"{FLOWS}?limit=200")[0]
            return (found,) if len(found) == count else None

        return until(listed)[0]

    def group_tasks(self) -> list[Any]:
        """The whole group worklist."""
        return self.pages(f"{WORKLISTS}/group?limit=200")[0]

    def my_tasks(self) -> list[Any]:
        """The whole list of the person's own tasks."""
        return self.pages(f"{WORKLISTS}/mine?limit=200")[0]

    def pages(self, path: str) -> tuple[list[Any], list[int]]:
        """A list from page to page by its ``Link`` headers: the items, and each page's length."""
        items: list[Any] = []
        sizes: list[int] = []
        for _ in range(_PAGES):
            answer = self.get(path)
            page = told(answer)
            items += page
            sizes.append(len(page))
            link = _NEXT.fullmatch(answer.headers.get("link", ""))
            if link is None:
                return items, sizes
            path = urljoin(path, link[1])
        raise AssertionError(f"{path} has more than {_PAGES} pages")


@dataclass(frozen=True)
class Operator:
    """Whoever holds a key for the admin API."""

    http: Http
    key: str

    def send(self, method: str, path: str, body: Any = None, **headers: str | None) -> Answer:
        """Send a request to a path below the admin API's."""
        own = {
            "Authorization": f"Bearer {self.key}",
            "Content-Type": "application/json" if body is not None else None,
        }
        more = {name.replace("_", "-"): text for name, text in headers.items()}
        return self.http.send(method, ADMIN + path, headers=own | more, body=body)

    def get(self, path: str) -> Any:
        """The data of an answer to GET."""
        return told(self.send("GET", path))["data"]

    def post(self, path: str, body: Any = None, status: int = 200, **headers: str | None) -> Any:
        """The data of an answer to POST."""
        sent = {} if body is None else body
        return told(self.send("POST", path, sent, **PATIENT | headers), status)["data"]

    def publish(self, text: str) -> Any:
        """Publish a definition written as YAML; answers what the registry says of it."""
        sent = text.encode()
        answer = self.send("POST", "/definitions", sent, Content_Type="application/yaml")
        assert answer.status in (200, 201), answer
        return answer.body["data"]

    def start(self, definition: str, **variables: Any) -> Any:
        """Start a run; answers it as it stands at its first step that waits."""
        body = {"definition": definition, "variables": variables}
        return self.post("/runs", body, 201)

    def run(self, run_id: str) -> Any:
        """A run."""
        return self.get(f"/runs/{run_id}")

    def history(self, run_id: str) -> list[Any]:
        """A run's whole history, oldest first."""
        entries: list[Any] = []
        cursor = ""
        for _ in range(_PAGES):
            page = told(self.send("GET", f"/runs/{run_id}/history?limit=200{cursor}"))
            entries += page["data"]
            following = page["meta"]["pagination"]["nextCursor"]
            if following is None:
                return entries
            cursor = f"&cursor={following}"
        raise AssertionError("the history does not end")

    def becomes(self, run_id: str, status: str) -> Any:
        """The run once it has that status."""

        def there() -> Any:
            run = self.run(run_id)
            return run if run["status"] == status else None

        return until(there)

    def stands_at(self, run_id: str, *steps: str) -> dict[str, Any]:
        """The run's open tasks by step, once these steps and no others have one."""

        def there() -> Any:
            tasks = {task["stepId"]: task for task in self.run(run_id)["openTasks"]}
            return tasks if set(tasks) == set(steps) else None

        return until(there)

    def key_with(self, *scopes: str, name: str = "Limited") -> Any:
        """A new key: its id and its secret."""
        return self.post("/keys", {"name": name, "scopes": sorted(scopes)}, 201)


@dataclass(frozen=True)
class Tenant:
    """An organisation that the tests made, with the key of a program and that of an operator."""

    stack: Deployed
    slug: str
    http: Http = field(repr=False)
    integration_key: str = field(repr=False)
    admin_key: str = field(repr=False)

    @property
    def operator(self) -> Operator:
        """Whoever looks after this tenant."""
        return Operator(self.http, self.admin_key)

    def person(self, name: str | None, *groups: str, key: str | None = None) -> Person:
        """Somebody of this tenant; ``key`` is another than the program's."""
        return Person(self.http, key or self.integration_key, name, groups)

    @property
    def alice(self) -> Person:
        """A submitter."""
        return self.person("alice", "initiators")

    @property
    def bob(self) -> Person:
        """A reviewer."""
        return self.person("bob", "legal-reviewers")

    @property
    def carol(self) -> Person:
        """Both."""
        return self.person("carol", "initiators", "legal-reviewers")


def new_tenant(stack: Deployed, http: Http) -> Tenant:
    """A tenant made by the bootstrap function, without any definition."""
    slug = f"t-{uuid.uuid4().hex[:12]}"
    keys: list[Mapping[str, Any]] = [
        {"name": "ERP Integration", "scopes": sorted(INTEGRATION_SCOPES)},
        {"name": "Admin", "scopes": ["admin:*", "actors:assert"]},
    ]
    answer = stack.invoke("BootstrapTenant", {"tenant": slug, "name": "Test", "keys": keys})
    assert answer["ok"], answer
    program, admin = (key["secret"] for key in answer["data"]["keys"])
    return Tenant(stack, slug, http, program, admin)


def furnished_tenant(stack: Deployed, http: Http) -> Tenant:
    """A tenant that has the shipped definition."""
    tenant = new_tenant(stack, http)
    tenant.operator.publish(SHIPPED.read_text(encoding="utf-8"))
    return tenant
