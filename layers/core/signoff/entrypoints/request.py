"""A request as a route function gets it: judged, read and typed."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Generic, TypeVar

from signoff.entrypoints.form import FormFile
from signoff.entrypoints.paging import Page
from signoff.identity.principal import Caller
from signoff.limits import WAIT_SECONDS

B = TypeVar("B")


@dataclass(frozen=True)
class Request(Generic[B]):
    """``body`` is the operation's model, or None; ``wait`` is in seconds.

    ``content`` and ``media_type`` are the body's bytes and what they are said to be, for the
    operation that reads them itself. ``filters`` holds those filters that were sent. ``file`` is
    the file of a form.
    """

    caller: Caller
    body: B
    path: Mapping[str, str] = field(default_factory=dict)
    page: Page = field(default_factory=Page)
    wait: float = WAIT_SECONDS
    filters: Mapping[str, str] = field(default_factory=dict)
    content: bytes = b""
    media_type: str = ""
    file: FormFile | None = None

    @property
    def sent_file(self) -> tuple[str, bytes]:
        """The name and the bytes of the form's file, for an operation that has a form."""
        if self.file is None:
            raise LookupError("the operation has no form")
        return self.file.name, self.file.content

    @property
    def tenant(self) -> str:
        """The caller's tenant."""
        return self.caller.tenant
