"""Refusals in the words of RFC 6749, section 5.2: ``{"error", "error_description"}``."""

from typing import Any, ClassVar

from typing_extensions import override

from signoff.entrypoints.face import Asked, Face, Rendered, plain
from signoff.entrypoints.refusals import Unexpected
from signoff.errors import Busy, Invalid, SignoffError
from signoff.identity.oauth import OAuthRefusal


class OAuthFace(Face):
    """What OAuth clients understand; whatever has no word of its own is ``invalid_request``."""

    name: ClassVar[str] = "oauth"
    statuses: ClassVar[dict[type[SignoffError], int]] = {
        **Face.statuses,
        Invalid: 400,
        OAuthRefusal: 400,
    }

    @override
    def answer(self, content: Any, asked: Asked) -> Rendered:
        """The content as it is."""
        return Rendered(plain(content))

    @override
    def refusal(self, error: SignoffError, asked: Asked) -> Any:
        """The error's word, and a sentence."""
        word = "invalid_request"
        if isinstance(error, OAuthRefusal):
            word = error.word
        elif isinstance(error, Busy):
            word = "temporarily_unavailable"
        elif isinstance(error, Unexpected):
            word = "server_error"
        return {"error": word, "error_description": error.message}

    @override
    def answer_schema(self, content: dict[str, Any], *, listed: bool) -> dict[str, Any]:
        """The content's own."""
        return content

    @override
    def refusal_schema(self) -> dict[str, Any]:
        """Both fields are text."""
        text = {"type": "string"}
        return {
            "type": "object",
            "required": ["error"],
            "properties": {"error": text, "error_description": text},
        }


OAUTH = OAuthFace()
