"""The API over HTTP: bounded in time and in repetitions, and errors that help.

Everything is safe to repeat: reads are, and what changes something carries one Idempotency-Key
for all its repetitions.
"""

import json
import re
import time
import uuid
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from http.client import HTTPException
from typing import Any
from urllib.error import HTTPError
from urllib.parse import quote, urlencode, urlsplit
from urllib.request import OpenerDirector, ProxyHandler, Request, build_opener

import click

from signoff.cli.failures import BadInput, Failure, InConflict, Missing, Refused, Unreachable
from signoff.cli.options import options_of
from signoff.cli.stack import find_local_stack, searched

ADMIN = "/api/v1/admin"
WORKFLOWS = "/api/v1/workflows"
# A command may wait 20 s for the run it moved (Prefer), and API Gateway gives up after 30.
TIMEOUT = 35
ATTEMPTS = 3
PAGE = 200
MAX_PAGES = 500

_MAX_PAUSE = 10.0
_LOOPBACK = {"localhost", "127.0.0.1", "::1"}
_REPEATABLE = {429, 502, 503, 504}


@dataclass(frozen=True)
class Answer:
    """A successful answer's ``data`` and ``meta``, and the cursor to the next page of a list."""

    status: int
    data: Any
    next_cursor: str | None = None
    meta: Mapping[str, Any] = field(default_factory=dict)


class ApiFailure(Failure):
    """The API answered with problems; ``problems`` are its ``errors``."""

    def __init__(self, message: str, problems: list[dict[str, Any]]) -> None:
        super().__init__(message)
        self.problems = problems


class TryAgain(Exception):
    """The API did not answer, or was too busy to; ``failure`` is what a command says then.

    ``soon`` is False where nothing listens: another try at once would not help.
    """

    def __init__(
        self, failure: click.ClickException, retry_after: str | None = None, *, soon: bool = True
    ) -> None:
        super().__init__(failure.message)
        self.failure = failure
        self.soon = soon
        self._retry_after = retry_after

    def pause(self, attempt: int, longest: float) -> float:
        """Seconds to wait after the ``attempt``-th try in a row, at most ``longest``."""
        text = self._retry_after or ""
        asked = float(text) if re.fullmatch(r"[0-9]{1,9}", text) else 0.0
        return min(max(asked, 0.5 * 2.0 ** (attempt - 1)), longest)


class Api:
    """The operations at one address with one key: the admin API's, unless another root is named."""

    def __init__(self, url: str, key: str) -> None:
        self.url = url.rstrip("/")
        self._key = key
        self._opener = _opener(self.url)

    def get(self, *path: str, root: str = ADMIN, **query: Any) -> Answer:
        """GET ``<root>/<path…>``; absent (None) query values are left out."""
        return self._send("GET", path, root=root, query=query)

    def get_once(
        self, *path: str, root: str, headers: dict[str, str] | None = None, **query: Any
    ) -> Answer:
        """GET ``<root>/<path…>``, without repeating it. Raises TryAgain, after a 500 too."""
        request = self._request("GET", path, root=root, query=query, headers=headers)
        return self._once(request, _REPEATABLE | {500})

    def post(self, *path: str, body: Any, headers: dict[str, str] | None = None) -> Answer:
        """POST ``body`` as JSON."""
        content = json.dumps(body, ensure_ascii=False).encode()
        return self.post_bytes(
            *path, content=content, media_type="application/json", headers=headers
        )

    def post_bytes(
        self, *path: str, content: bytes, media_type: str, headers: dict[str, str] | None = None
    ) -> Answer:
        """POST ``content`` as it is."""
        command = {"Idempotency-Key": f'"{uuid.uuid4()}"', "Content-Type": media_type}
        return self._send("POST", path, content=content, headers=command | (headers or {}))

    def patch(self, *path: str, body: Any) -> Answer:
        """PATCH ``body`` as JSON; setting the same twice is setting it once."""
        content = json.dumps(body, ensure_ascii=False).encode()
        media_type = {"Content-Type": "application/json"}
        return self._send("PATCH", path, content=content, headers=media_type)

    def put(self, *path: str, body: Any, root: str = ADMIN) -> Answer:
        """PUT ``body`` as JSON."""
        content = json.dumps(body, ensure_ascii=False).encode()
        media_type = {"Content-Type": "application/json"}
        return self._send("PUT", path, root=root, content=content, headers=media_type)

    def delete(self, *path: str) -> Answer:
        """DELETE."""
        return self._send("DELETE", path)

    def pages(self, *path: str, at_most: int | None = None, **query: Any) -> Iterator[Any]:
        """Every item of a list, or the first ``at_most``, page after page."""
        left = at_most if at_most is not None else PAGE * MAX_PAGES
        cursor = None
        for _ in range(MAX_PAGES):
            answer = self.get(*path, limit=min(PAGE, left), cursor=cursor, **query)
            yield from answer.data[:left]
            left -= len(answer.data)
            cursor = answer.next_cursor
            if cursor is None or left <= 0:
                return

    def _send(
        self,
        method: str,
        path: tuple[str, ...],
        *,
        root: str = ADMIN,
        query: dict[str, Any] | None = None,
        content: bytes | None = None,
        headers: dict[str, str] | None = None,
    ) -> Answer:
        request = self._request(
            method, path, root=root, query=query, content=content, headers=headers
        )
        for attempt in range(1, ATTEMPTS + 1):
            try:
                return self._once(request)
            except TryAgain as failed:
                if attempt == ATTEMPTS or not failed.soon:
                    raise failed.failure from failed
                time.sleep(failed.pause(attempt, _MAX_PAUSE))
        raise AssertionError("the last attempt returns or raises")

    def _request(
        self,
        method: str,
        path: tuple[str, ...],
        *,
        root: str = ADMIN,
        query: dict[str, Any] | None = None,
        content: bytes | None = None,
        headers: dict[str, str] | None = None,
    ) -> Request:
        url = self.url + root + "".join(f"/{quote(part, safe='')}" for part in path)
        wanted = {name: value for name, value in (query or {}).items() if value is not None}
        if wanted:
            url += f"?{urlencode(wanted)}"
        named = {"Authorization": f"Bearer {self._key}", "Accept": "application/json"}
        sent = {name: _header(text) for name, text in (named | (headers or {})).items()}
        return Request(url, data=content, method=method, headers=sent)  # noqa: S310 - see _opener

    def _once(self, request: Request, repeatable: Collection[int] = _REPEATABLE) -> Answer:
        try:
            with self._opener.open(request, timeout=TIMEOUT) as answer:
                return _success(answer.status, answer.read())
        except HTTPError as error:
            failure = _failure(error.code, error.read())
            if error.code in repeatable:
                raise TryAgain(failure, error.headers.get("Retry-After")) from error
            raise failure from error
        except (OSError, HTTPException) as error:  # URLError is one; the rest is of a broken answer
            failure = _unreachable(self.url, error)
            raise TryAgain(failure, soon=not _refused(error)) from error


def connect(ctx: click.Context) -> Api:
    """The API that the options, the environment or the local stack name.

    The local stack's key goes to the local stack only.
    """
    options = options_of(ctx)
    if options.api_url and options.api_key:
        return Api(options.api_url, options.api_key)
    local = find_local_stack()
    url = options.api_url or (local.api_url if local else None)
    if url is None:
        raise BadInput(
            f"No API address: there is no {searched()}.",
            "Start a local stack (`make up`), or give --api-url (SIGNOFF_API_URL).",
        )
    key = options.api_key
    if key is None and local and url.rstrip("/") == local.api_url.rstrip("/"):
        key = local.admin_key
    if key is None:
        raise Refused(
            "No API key for this address.",
            "Give --api-key, or better SIGNOFF_API_KEY. `signoff bootstrap` makes a first key.",
        )
    return Api(url, key)


def _opener(url: str) -> OpenerDirector:
    parts = urlsplit(url)
    if parts.scheme not in {"http", "https"} or not parts.hostname:
        raise BadInput(f"'{url}' is no address of an API.", "It begins with https:// or http://.")
    # A proxy of the environment cannot reach this machine's own ports.
    return build_opener(ProxyHandler({})) if parts.hostname in _LOOPBACK else build_opener()


def _header(text: str) -> str:
    """``text`` as urllib must get it for its UTF-8 bytes to be sent: as if they were Latin-1."""
    try:
        content = text.encode()
    except UnicodeEncodeError as error:
        raise BadInput(f"{text!r} is not UTF-8, as names and keys are.") from error
    if any(byte < 0x20 or byte == 0x7F for byte in content):
        raise BadInput(f"{text!r} has a control character, which no header can hold.")
    return content.decode("latin-1")


def _success(status: int, content: bytes) -> Answer:
    try:
        envelope = json.loads(content)
        data, meta = envelope["data"], envelope.get("meta") or {}
        pagination = meta.get("pagination") or {}
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise Unreachable(
            "What answers there is not a Signoff API.", "Check --api-url (SIGNOFF_API_URL)."
        ) from error
    return Answer(status, data, pagination.get("nextCursor"), meta)


def _failure(status: int, content: bytes) -> click.ClickException:
    problems = _problems(content)
    message = (
        "\n".join(_worded(problem, status) for problem in problems) or f"The API answered {status}."
    )
    if status in {401, 403}:
        return Refused(message, "Check --api-key (SIGNOFF_API_KEY) and the scopes of that key.")
    if status == 404:
        return Missing(message) if problems else _not_an_api(status)
    if status == 409:
        return InConflict(message)
    if status >= 500 or status == 429:
        return Unreachable(f"{message} (HTTP {status})", "Trying again later may help.")
    return ApiFailure(message, problems)


def _problems(content: bytes) -> list[dict[str, Any]]:
    try:
        errors = json.loads(content)["errors"]
        return [error for error in errors if isinstance(error.get("message"), str)]
    except (ValueError, KeyError, TypeError, AttributeError):
        return []


def _worded(problem: dict[str, Any], status: int) -> str:
    field, message = problem.get("field"), str(problem["message"])
    # Only a value that does not fit needs its place told, and where the message does not name it.
    told = status in {401, 403, 404} or str(field).casefold() in message.casefold()
    return f"{field}: {message}" if field and not told else message


def _not_an_api(status: int) -> Unreachable:
    return Unreachable(
        f"There is an answer ({status}), but not of a Signoff API.",
        "Check --api-url (SIGNOFF_API_URL).",
    )


def _refused(error: Exception) -> bool:
    return isinstance(getattr(error, "reason", error), ConnectionRefusedError)


def _unreachable(url: str, error: Exception) -> Unreachable:
    reason = getattr(error, "reason", error)
    if _refused(error):
        return Unreachable(f"Nothing listens at {url}.", "Is the stack up? `make up` starts it.")
    if isinstance(reason, TimeoutError):
        return Unreachable(f"{url} did not answer within {TIMEOUT} s.", "See `make logs`.")
    return Unreachable(f"{url} cannot be reached: {reason}.", "Check --api-url and the network.")
