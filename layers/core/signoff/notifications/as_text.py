"""A letter as plain text: the part of a mail that every reader can show."""

import textwrap

from signoff.notifications.letter import OTHERWISE, Letter

_WIDTH = 76


def as_text(letter: Letter, name: str) -> str:
    """The text for somebody called ``name``."""
    parts = [f"Hello {name},", _wrapped(letter.lead)]
    if letter.quote:
        said = f"{letter.quoted} wrote:\n" if letter.quoted else ""
        parts.append(said + "\n".join(_quoted(line) for line in letter.quote.split("\n")))
    if letter.facts:
        parts.append("\n".join(f"{name}: {value}" for name, value in letter.facts))
    if letter.buttons:
        # An address is never broken over lines: not every program would mend it.
        parts.append("\n".join(f"{each.label}:\n{each.url}" for each in letter.buttons))
    if letter.note:
        parts.append(_wrapped(letter.note))
    otherwise = f"\n{OTHERWISE}:\n{letter.choose}" if letter.choose else ""
    parts.append(f"-- \n{_wrapped(letter.why)}{otherwise}")
    return "\n\n".join(parts) + "\n"


def _wrapped(text: str) -> str:
    return textwrap.fill(text, _WIDTH, break_long_words=False, break_on_hyphens=False)


def _quoted(line: str) -> str:
    if not line:
        return ">"
    return textwrap.fill(
        line,
        _WIDTH,
        initial_indent="> ",
        subsequent_indent="> ",
        break_long_words=False,
        break_on_hyphens=False,
    )
