"""How the Flow API answers: bare objects, bare arrays, ``{"error": text}``."""

from typing import Any, ClassVar
from urllib.parse import urlencode

from typing_extensions import override

from signoff.entrypoints.face import Asked, Face, Rendered, plain
from signoff.errors import About, SignoffError
from signoff.pagination import Slice


class FlowFace(Face):
    """The contract has no envelope and no error codes; the next page is a header."""

    name: ClassVar[str] = "flow"
    subjects: ClassVar[dict[About, str]] = {"run": "Flow", "definition": "Flow definition"}

    @override
    def answer(self, content: Any, asked: Asked) -> Rendered:
        """The content itself; beside a list that goes on, a ``Link`` to its next page.

        The link is relative to the request's own address (RFC 8288 section 3.1), so that it
        holds behind any domain and prefix.
        """
        headers = {}
        if isinstance(content, Slice) and content.cursor:
            query = urlencode({**asked.query, "cursor": content.cursor})
            headers["Link"] = f'<?{query}>; rel="next"'
        return Rendered(plain(content), headers)

    @override
    def refusal(self, error: SignoffError, asked: Asked) -> Any:
        """One text, no code."""
        return {"error": self.worded(error)}

    @override
    def answer_schema(self, content: dict[str, Any], *, listed: bool) -> dict[str, Any]:
        """The content's own schema, or an array of it."""
        return {"type": "array", "items": content} if listed else content

    @override
    def refusal_schema(self) -> dict[str, Any]:
        """The shape of every refusal."""
        return {
            "type": "object",
            "description": "Why the request was refused",
            "required": ["error"],
            "properties": {"error": {"type": "string"}},
        }


FLOW = FlowFace()
