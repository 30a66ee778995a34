"""What the walks share: a client that shows its calls, and how a walk speaks.

Every call is printed as the curl line that repeats it, with its answer.
"""

from __future__ import annotations

import json
import secrets
import shlex
import sys
import urllib.error
import urllib.request
from dataclasses import dataclass
from typing import Any

_SECONDS = 30  # the longest that any one call may take
_LINES = 40  # of an answer that are shown
# A command may wait this long for what comes next: the first ones meet functions that start cold.
_PREFER = "wait=20"


@dataclass(frozen=True)
class Person:
    """Somebody who acts, and the groups they hold."""

    id: str
    groups: tuple[str, ...]


class Client:
    """Calls the API with the key of a program, and shows what it does.

    Calls of the Flow API name the person who acts in headers; with None for a person, as the
    Approvals API has it, nobody is named there.
    """

    def __init__(self, api_url: str, tenant: str, key: str) -> None:
        self._api_url, self._tenant, self._key = api_url, tenant, key
        self.next_page: str | None = None
        """Query of the page that follows the list that was read last, if there is one."""

    def line(
        self, person: Person | None, method: str, path: str, body: dict[str, Any] | None = None
    ) -> str:
        """The curl line of a call, not made."""
        data = [] if body is None else ["-d", json.dumps(body)]
        return _curl(method, self._url(path), self._headers(person, body), data)

    def _url(self, path: str) -> str:
        return f"{self._api_url}/api/v1{path}"

    def _headers(self, person: Person | None, body: dict[str, Any] | None) -> dict[str, str]:
        headers = {"Authorization": f"Bearer {self._key}", "X-Tenant-Id": self._tenant}
        if person is not None:
            headers |= {"X-Actor-Id": person.id, "X-Actor-Groups": ",".join(person.groups)}
        if body is None:
            return headers
        return headers | {"Content-Type": "application/json", "Prefer": _PREFER}

    def call(
        self, person: Person | None, method: str, path: str, body: dict[str, Any] | None = None
    ) -> Any:
        """Make one call, print it and its answer; raises SystemExit if it is refused."""
        print("\n" + self.line(person, method, path, body), flush=True)
        return _shown(*self._send(method, path, self._headers(person, body), _content(body)))

    def upload(self, path: str, name: str, text: str) -> Any:
        """Send a text as a file, as a form does; prints the call and its answer."""
        headers = self._headers(None, None)
        part = f"file={text};filename={name};type=text/plain"
        print("\n" + _curl("POST", self._url(path), headers, ["-F", part]), flush=True)
        boundary = secrets.token_hex(16)
        form = (
            f'--{boundary}\r\nContent-Disposition: form-data; name="file"; filename="{name}"\r\n'
            f"Content-Type: text/plain\r\n\r\n{text}\r\n--{boundary}--\r\n"
        )
        headers["Content-Type"] = f"multipart/form-data; boundary={boundary}"
        return _shown(*self._send("POST", path, headers, form.encode()))

    def look(self, person: Person | None, path: str) -> Any:
        """Read without printing, for whoever looks again and again."""
        return self._send("GET", path, self._headers(person, None), None)[1]

    def _send(
        self, method: str, path: str, headers: dict[str, str], content: bytes | None
    ) -> tuple[int, Any]:
        url = self._url(path)
        request = urllib.request.Request(url, content, headers, method=method)  # noqa: S310
        try:
            with urllib.request.urlopen(request, timeout=_SECONDS) as answer:  # noqa: S310
                status, text = answer.status, answer.read().decode()
                link = answer.headers.get("Link", "")
        except urllib.error.HTTPError as refusal:
            print(f"HTTP {refusal.code} {refusal.read().decode()}")
            raise SystemExit(f"The walk ends here: {method} {path} was refused.") from None
        except OSError as failure:
            raise SystemExit(f"No answer from {url} ({failure}). See `make logs`.") from None
        self.next_page = link[1 : link.index(">")] if link else None
        return status, json.loads(text)


def title(text: str) -> None:
    """Print the heading of a part of a walk."""
    print(f"\n=== {text} " + "=" * max(0, 76 - len(text)), flush=True)


def say(text: str) -> None:
    """Print what comes next."""
    print(f"\n# {text}", flush=True)


def expect(holds: bool) -> None:
    """The walk is also a check: an answer that is not the promised one ends it with a failure."""
    if not holds:
        print("The last answer is not what the contract promises.", file=sys.stderr)
        raise SystemExit(1)


def _shown(status: int, value: Any) -> Any:
    """Print an answer, and answer it."""
    lines = json.dumps(value, indent=2, ensure_ascii=False).splitlines()
    print(f"HTTP {status}")
    print("\n".join(lines[:_LINES]), flush=True)
    if len(lines) > _LINES:
        print(f"… {len(lines) - _LINES} more lines")
    return value


def _content(body: dict[str, Any] | None) -> bytes | None:
    return None if body is None else json.dumps(body).encode()


def _curl(method: str, url: str, headers: dict[str, str], data: list[str]) -> str:
    parts = [f"curl -sS -X {method} {shlex.quote(url)}"]
    parts += [f"-H {shlex.quote(f'{name}: {value}')}" for name, value in headers.items()]
    if data:
        parts.append(shlex.join(data))
    return "$ " + " \\\n    ".join(parts)
