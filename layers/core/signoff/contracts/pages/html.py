"""HTML that cannot be broken out of: whatever is not made here is text, and text is escaped."""

from dataclasses import dataclass
from html import escape

_VOID = frozenset({"input", "meta", "br"})


@dataclass(frozen=True)
class Html:
    """Markup. Only ``tag`` and ``page`` make it."""

    markup: str


Content = Html | str | None


def tag(name: str, /, *content: Content, **attributes: str | bool | None) -> Html:
    """An element. Text in it is escaped, None is nothing.

    Attributes: ``class_`` and ``for_`` stand for Python's words, ``aria_label`` for ``aria-label``;
    True is an attribute without a value, False and None are none.
    """
    named = "".join(_attribute(each, value) for each, value in attributes.items())
    if name in _VOID:
        return Html(f"<{name}{named}>")
    return Html(f"<{name}{named}>{join(*content).markup}</{name}>")


def join(*content: Content) -> Html:
    """One after the other."""
    return Html("".join(_markup(each) for each in content))


def own(text: str) -> Html:
    """Somebody's own words: in whatever direction they are written, they stay where they are."""
    return tag("bdi", text)


def _markup(content: Content) -> str:
    if content is None:
        return ""
    return content.markup if isinstance(content, Html) else escape(content)


def _attribute(name: str, value: str | bool | None) -> str:
    if value is None or value is False:
        return ""
    written = name.rstrip("_").replace("_", "-")
    return f" {written}" if value is True else f' {written}="{escape(value)}"'
