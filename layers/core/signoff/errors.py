"""What can go wrong in the domain: one class per kind, whose docstring is what it means.

An edge (``entrypoints``) turns each into its contract's status and body; nothing here knows HTTP.
``message`` is written for a client: it never holds an exception's text or an internal name.
"""

from typing import Literal

About = Literal["run", "definition"]
"""What contracts call by names of their own."""


class SignoffError(Exception):
    """Base of everything a caller can be told.

    With ``about`` the message is what is said of that thing ("is disabled"), and each contract puts
    its own name of it in front.
    """

    def __init__(
        self, message: str, *, field: str | None = None, about: About | None = None
    ) -> None:
        self.message = f"{about.capitalize()} {message}" if about else message
        super().__init__(self.message)
        self.said = message
        self.field = field
        self.about = about


class Unauthenticated(SignoffError):
    """No credentials, or credentials that are not (or no longer) good."""


class KeyRevoked(Unauthenticated):
    """The key was good once and has been revoked."""


class KeyExpired(Unauthenticated):
    """The key's time is over."""


class Malformed(SignoffError):
    """The request cannot be read: a missing header, broken JSON, an id that is no id."""


class Forbidden(SignoffError):
    """The caller is known and may not do this."""


class ScopeMissing(Forbidden):
    """The key does not hold the scope that the operation asks for."""


class WrongTenant(Forbidden):
    """The request names a tenant that is not the credential's, or none that exists."""


class AddressNotAllowed(Forbidden):
    """The key may not be used from the address that it was used from."""


class NotFound(SignoffError):
    """There is no such thing for this tenant; another tenant's id looks the same."""


class DocumentNotFound(NotFound):
    """There is no such document for this tenant."""


class Conflict(SignoffError):
    """The thing is not in the state that the command needs, or somebody else was faster."""


class Invalid(SignoffError):
    """A value that can be read and does not fit; ``field`` names it."""


class DuplicateContent(Conflict):
    """Another document of this tenant has the same content; ``document_id`` says which."""

    def __init__(self, document_id: str) -> None:
        super().__init__(f"The same content is stored as document {document_id}", field="file")
        self.document_id = document_id


class DocumentConflict(Conflict):
    """A document or version is not in the state that the command needs."""


class FileTooLarge(SignoffError):
    """A file is bigger than the operation, or the tenant, takes."""


class FileTypeNotSupported(Invalid):
    """The tenant does not take files of the type that the content has."""


class StillRunning(Conflict):
    """A request with this Idempotency-Key has not finished yet."""


class Busy(SignoffError):
    """Too many writers on one run for too long; nothing changed, the command may be repeated."""


class Unavailable(Busy):
    """Something that the answer needs does not answer; nothing changed, and it may be repeated."""


class StepFailed(Exception):
    """A step's own logic cannot go on; the run takes its error path or becomes FAILED.

    The class name is what a state machine's ``Catch`` and ``Retry`` see.
    """


class TransientFailure(Exception):
    """A step met something that may pass; Step Functions repeats it."""


class StaleAttempt(Exception):
    """A newer attempt of the run has taken over; this execution must stop without a trace."""
