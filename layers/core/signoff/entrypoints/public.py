"""The factory of operations that ask for no credentials: those that lead to one, and links."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from signoff.deadline import deadline
from signoff.entrypoints.face import Face
from signoff.entrypoints.http import Event, HttpRequest
from signoff.entrypoints.operation import name_of
from signoff.entrypoints.respond import MARGIN_SECONDS, Answer, respond


@dataclass(frozen=True)
class PublicEndpoint:
    """A Lambda handler that asks for no credentials; ``run`` reads the request itself."""

    face: Face
    method: str
    path: str
    name: str
    run: Callable[[HttpRequest], Answer]

    def __call__(self, event: Event, context: Any) -> Answer:
        """Answer ``event``; never raises."""
        with deadline(context.get_remaining_time_in_millis() / 1000 - MARGIN_SECONDS):
            return respond(self.face, self.name, event, lambda http, _: self.run(http))


def public(face: Face, route: str, run: Callable[[HttpRequest], Answer]) -> PublicEndpoint:
    """The handler for ``route`` ("GET /oauth/authorize"), answered by ``run``."""
    method, _, path = route.partition(" ")
    return PublicEndpoint(face, method, path, name_of(run), run)
