"""What clients send to the OAuth endpoints: a query, a form (RFC 6749) or JSON."""

from urllib.parse import parse_qs

from signoff.entrypoints.body import parse_json
from signoff.entrypoints.http import HttpRequest
from signoff.identity.oauth import OAuthRefusal

_MAX_FIELDS = 50


def read_form(http: HttpRequest) -> dict[str, str]:
    """The fields of the body. Raises OAuthRefusal for what is neither, and for repeated fields."""
    content = http.body()
    kind = http.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind == "application/json":
        value = parse_json(content)
        if not isinstance(value, dict) or len(value) > _MAX_FIELDS:
            raise OAuthRefusal("invalid_request", "The body is not a JSON object")
        return {name: text for name, text in value.items() if isinstance(text, str)}
    try:
        found = parse_qs(content.decode("utf-8"), max_num_fields=_MAX_FIELDS)
    except ValueError as error:
        raise OAuthRefusal("invalid_request", "The body is not a form") from error
    repeated = next((name for name, texts in found.items() if len(texts) > 1), None)
    if repeated is not None:
        raise OAuthRefusal("invalid_request", "A parameter is repeated")
    return {name: texts[0] for name, texts in found.items()}
