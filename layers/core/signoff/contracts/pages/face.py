"""Refusals as pages: who reads them has a browser and no idea of this API."""

from collections.abc import Mapping
from typing import Any, ClassVar

from typing_extensions import override

from signoff.contracts.pages.html import tag
from signoff.contracts.pages.page import answer, statement
from signoff.entrypoints.face import Asked, Face, Rendered, plain
from signoff.entrypoints.refusals import MethodNotAllowed, Unexpected, UnknownRoute
from signoff.errors import Busy, NotFound, SignoffError
from signoff.links.signed import BadLink

_INCOMPLETE = (
    "Part of its address may be missing: mail programs break long lines. Copy all of it from the "
    "mail, or go to where you see your tasks."
)


class PagesFace(Face):
    """Says in whole sentences what went wrong and what to do."""

    name: ClassVar[str] = "pages"
    logs_path: ClassVar[bool] = False  # a link's path is all that it takes to decide

    @override
    def answer(self, content: Any, asked: Asked) -> Rendered:
        """The content as it is."""
        return Rendered(plain(content))

    @override
    def refusal(self, error: SignoffError, asked: Asked) -> Any:
        """A page."""
        headline, text = _words(error)
        number = tag("p", f"If you ask somebody about it, tell them: {asked.request_id}")
        return statement(headline, tag("p", text), number)

    @override
    def written(self, status: int, body: Any, headers: Mapping[str, str]) -> dict[str, Any]:
        """HTML, with what keeps it from harm."""
        return answer(status, body, **headers)

    @override
    def answer_schema(self, content: dict[str, Any], *, listed: bool) -> dict[str, Any]:
        """Text."""
        return {"type": "string"}

    @override
    def refusal_schema(self) -> dict[str, Any]:
        """Text."""
        return {"type": "string"}


def _words(error: SignoffError) -> tuple[str, str]:
    if isinstance(error, BadLink | UnknownRoute):
        return "This link does not work", _INCOMPLETE
    if isinstance(error, NotFound):
        return "It is not there (any more)", f"{error.message}."
    if isinstance(error, MethodNotAllowed):
        return "This page cannot do that", "Open the link of the mail in a browser."
    if isinstance(error, Busy):
        return "Please try again", "Nothing has been recorded. Wait a moment and repeat it."
    if isinstance(error, Unexpected):
        return (
            "Something went wrong",
            "It is not your fault. Open the link of the mail again to see what is recorded.",
        )
    return "This cannot be done", f"{error.message}."


PAGES = PagesFace()
