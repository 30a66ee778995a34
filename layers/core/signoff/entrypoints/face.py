"""A face: how one contract words its answers and refusals."""

from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, ClassVar, Generic, TypeVar

from signoff.entrypoints.http import write_answer
from signoff.entrypoints.refusals import (
    KeyReused,
    MethodNotAllowed,
    TooLarge,
    Unexpected,
    UnknownRoute,
)
from signoff.errors import (
    About,
    Busy,
    Conflict,
    Forbidden,
    Invalid,
    Malformed,
    NotFound,
    SignoffError,
    Unauthenticated,
)
from signoff.pagination import Slice

T = TypeVar("T")

# How long a client waits before it repeats what met too many other writers, in seconds.
RETRY_AFTER = "1"


@dataclass(frozen=True)
class Rendered:
    """A body as JSON can hold it, and the headers that belong to it."""

    body: Any
    headers: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Answered(Generic[T]):
    """Content, and which of the operation's statuses of success it is answered with."""

    content: T
    status: int


@dataclass(frozen=True)
class Asked:
    """What rendering needs to know of a request: its id, and the page that was asked for.

    ``query`` is everything in the query string but the cursor, for a link to the next page.
    """

    request_id: str
    limit: int | None = None
    query: Mapping[str, str] = field(default_factory=dict)


class Face(ABC):
    """One contract's way to speak. Subclasses have no state."""

    name: ClassVar[str]
    # Whether a query parameter that the operation does not know is refused.
    strict_query: ClassVar[bool] = False
    # Whether log lines may name the path.
    logs_path: ClassVar[bool] = True
    # What the contract calls a thing that an error is about.
    subjects: ClassVar[dict[About, str]] = {"run": "Run", "definition": "Definition"}
    # Status per kind of error; the first class of the error's ancestry that is listed counts.
    statuses: ClassVar[dict[type[SignoffError], int]] = {
        Malformed: 400,
        Unauthenticated: 401,
        Forbidden: 403,
        NotFound: 404,
        UnknownRoute: 404,
        MethodNotAllowed: 405,
        Conflict: 409,
        TooLarge: 413,
        Invalid: 422,
        KeyReused: 422,  # in every contract, whatever status it has for other bad values
        Unexpected: 500,
        Busy: 503,
    }

    def status_of(self, error: SignoffError) -> int:
        """The HTTP status that ``error`` has in this contract."""
        for kind in type(error).__mro__:
            if kind in self.statuses:
                return self.statuses[kind]
        return 500

    def worded(self, error: SignoffError) -> str:
        """The error's message in this contract's words."""
        return f"{self.subjects[error.about]} {error.said}" if error.about else error.message

    def refusal_headers(self, error: SignoffError) -> dict[str, str]:
        """Headers that HTTP itself asks for beside a refusal (RFC 9110)."""
        if isinstance(error, Unauthenticated):
            return {"WWW-Authenticate": 'Bearer realm="signoff"'}
        if isinstance(error, MethodNotAllowed):
            return {"Allow": ", ".join(error.allowed)}
        if isinstance(error, Busy):
            return {"Retry-After": RETRY_AFTER}
        return {}

    def written(self, status: int, body: Any, headers: Mapping[str, str]) -> dict[str, Any]:
        """An answer as API Gateway takes it: its body, as ``refusal`` made it, is JSON."""
        return write_answer(status, body, headers)

    @abstractmethod
    def answer(self, content: Any, asked: Asked) -> Rendered:
        """The body for ``content``: a model, or a Slice of models for a list."""

    @abstractmethod
    def refusal(self, error: SignoffError, asked: Asked) -> Any:
        """The body for ``error``."""

    @abstractmethod
    def answer_schema(self, content: dict[str, Any], *, listed: bool) -> dict[str, Any]:
        """The JSON Schema of an answer whose content (or whose items) is ``content``."""

    @abstractmethod
    def refusal_schema(self) -> dict[str, Any]:
        """The JSON Schema of every refusal."""


def plain(content: Any) -> Any:
    """``content`` as JSON can hold it: models by their contract's names, slices as lists."""
    if isinstance(content, Slice):
        return [plain(item) for item in content.items]
    if hasattr(content, "model_dump"):
        return content.model_dump(mode="json", by_alias=True)
    return content
