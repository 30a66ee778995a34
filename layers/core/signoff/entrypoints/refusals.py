"""What an edge refuses before any service is asked, beside the domain's own errors."""

from dataclasses import dataclass

from signoff.errors import Invalid, Malformed, SignoffError


@dataclass(frozen=True)
class Problem:
    """One thing wrong with a request; ``field`` is its name, None for the request itself."""

    message: str
    field: str | None = None


class TooLarge(SignoffError):
    """The body is bigger than the API takes."""


class UnknownRoute(SignoffError):
    """No operation has this path."""


class MethodNotAllowed(SignoffError):
    """The path exists and has no such method; ``allowed`` are those it has."""

    def __init__(self, allowed: tuple[str, ...]) -> None:
        super().__init__("Method not allowed")
        self.allowed = allowed


class KeyReused(Invalid):
    """The Idempotency-Key was used for another request."""


class MalformedBody(Malformed):
    """The body is no JSON, lacks a field, or holds a value of the wrong type."""

    def __init__(self, problems: tuple[Problem, ...]) -> None:
        super().__init__(problems[0].message, field=problems[0].field)
        self.problems = problems


class InvalidBody(Invalid):
    """The body has the right shape and a value that does not fit."""

    def __init__(self, problems: tuple[Problem, ...]) -> None:
        super().__init__(problems[0].message, field=problems[0].field)
        self.problems = problems


class Unexpected(SignoffError):
    """Something broke on our side; nothing of it is shown, the log has it."""

    def __init__(self) -> None:
        super().__init__("Internal server error")
