"""What an endpoint is, as data: the factory obeys it and the OpenAPI document is made from it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from pydantic import BaseModel

from signoff.entrypoints.face import Face
from signoff.entrypoints.filters import Filter
from signoff.entrypoints.form import FormSpec
from signoff.limits import WAIT_SECONDS

Credentials = Literal["any", "user"]


@dataclass(frozen=True)
class Operation:
    """One operation of one contract.

    ``uuids`` are the path parameters that must be UUIDs. ``refusals`` are the statuses of the
    domain that this operation has beside those that all have. ``filters`` are query parameters
    with what each takes. ``media_types`` is set where the route
    function reads the body's bytes itself; ``body`` is the model otherwise, None where there is no
    body. ``also`` are other statuses of success, which the route function chooses with Answered.
    ``shown_once`` are fields of the answer's content that are never stored: a command that is sent
    again gets null there. ``credentials`` says whether a person's own access token is asked for, or
    an API key will do as well. ``form`` is set where the request is multipart/form-data: ``body``
    is then the model of its text fields. ``or_scopes`` are others any one of which does as well as
    ``scope``. ``waits`` says that Prefer counts: a command waits a while unless told otherwise
    (design section 2), a reading only as long as it is asked to.
    """

    face: Face
    method: str
    path: str
    name: str
    run: Callable[[Any], Any]
    scope: str
    status: int = 200
    body: type[BaseModel] | None = None
    media_types: tuple[str, ...] = ()
    uuids: tuple[str, ...] = ()
    refusals: tuple[int, ...] = ()
    actor_required: bool = False
    paged: bool = False
    waits: bool = False
    filters: Mapping[str, Filter] = field(default_factory=dict)
    also: tuple[int, ...] = ()
    shown_once: tuple[str, ...] = ()
    credentials: Credentials = "any"
    form: FormSpec | None = None
    or_scopes: tuple[str, ...] = ()

    @property
    def scopes(self) -> tuple[str, ...]:
        """The scopes any one of which is enough."""
        return (self.scope, *self.or_scopes)

    @property
    def query_parameters(self) -> tuple[str, ...]:
        """The names of all query parameters that count."""
        return (*self.filters, *(("limit", "cursor") if self.paged else ()))

    @property
    def body_required(self) -> bool:
        """Whether there must be a body: not where each of its fields may be left out."""
        if self.body is None or self.form or self.media_types:
            return bool(self.form or self.media_types)
        return any(each.is_required() for each in self.body.model_fields.values())

    @property
    def is_command(self) -> bool:
        """Whether an Idempotency-Key counts: on every POST."""
        return self.method == "POST"

    @property
    def wait(self) -> float:
        """Seconds that an answer waits where the client does not say."""
        return WAIT_SECONDS if self.waits and self.is_command else 0.0


def name_of(run: Callable[[Any], Any]) -> str:
    """The operation's id: its module's name in camelCase (``claim_task`` is ``claimTask``)."""
    first, *others = run.__module__.rpartition(".")[2].split("_")
    return first + "".join(word.capitalize() for word in others)
