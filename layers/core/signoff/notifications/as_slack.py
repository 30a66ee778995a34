"""A letter as a message of Slack's incoming webhooks (and of those that speak like them)."""

import json

from signoff.notifications.letter import OTHERWISE, Letter


def as_slack(letter: Letter, name: str, *, personal: bool) -> bytes:
    """The body. ``personal``: only ``name`` reads there.

    Elsewhere the message says whom it is for, and has no links: whoever follows one decides as the
    person that it was made for.
    """
    lines = [f"*{_text(letter.subject)}*"]
    if not personal:
        lines.append(f"For {_text(name)}")
    lines.append(_text(letter.lead))
    if letter.quote:
        said = [f"{_text(letter.quoted)} wrote:"] if letter.quoted else []
        lines += [*said, *(f">{_text(line)}" for line in letter.quote.split("\n"))]
    lines += [f"{_text(fact)}: {_text(value)}" for fact, value in letter.facts]
    if personal and letter.buttons:
        lines.append(" | ".join(f"<{each.url}|{_label(each.label)}>" for each in letter.buttons))
        lines += [_text(letter.note)] if letter.note else []
    lines.append(f"_{_text(letter.why)}_")
    lines += [f"<{letter.choose}|{OTHERWISE}>"] if personal and letter.choose else []
    message = {"text": "\n".join(lines), "unfurl_links": False, "unfurl_media": False}
    return json.dumps(message, ensure_ascii=False).encode()


def _text(text: str) -> str:
    """Slack's own escape: the three characters with which links and mentions begin."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def _label(text: str) -> str:
    """The name of a link, which a bar would end."""
    return _text(text.replace("|", "/"))
