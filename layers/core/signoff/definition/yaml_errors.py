"""What a YAML parser's complaint means to the person who wrote the file."""

from __future__ import annotations

from typing import NamedTuple

from yaml import MarkedYAMLError, YAMLError

from .reading import TextProblem

__all__ = ["explain"]


class _Meaning(NamedTuple):
    """Words of a complaint, what they mean, what to do, and whether its beginning is the place."""

    words: str
    message: str
    hint: str
    at_context: bool = False


# The first entry whose words occur in the complaint is taken.
_MEANINGS = (
    _Meaning(
        "mapping values are not allowed",
        'A ":" stands where no key can be.',
        "Put the text in quotes if it holds a colon; else check the indentation.",
    ),
    _Meaning(
        "end of stream",
        "A text in quotes begins here and has no end.",
        "Close it with the quote that it began with.",
        at_context=True,
    ),
    _Meaning(
        "document indicator",
        "A text in quotes begins here and has no end.",
        "Close it with the quote that it began with.",
        at_context=True,
    ),
    _Meaning(
        "or ']'",
        "A list in brackets begins here and is not closed, or lacks a comma.",
        "Separate its values by commas and close it with ].",
        at_context=True,
    ),
    _Meaning(
        "or '}'",
        "A mapping in braces begins here and is not closed, or lacks a comma.",
        "Separate its keys by commas and close it with }.",
        at_context=True,
    ),
    _Meaning(
        "unknown escape",
        "There is no such escape in double quotes.",
        "Write \\\\ for a backslash, or use single quotes.",
    ),
    _Meaning(
        "expected hexadecimal",
        "An escape in double quotes lacks its hex digits.",
        "Write \\\\ for a backslash, or use single quotes.",
    ),
    _Meaning(
        "expected ':'",
        "A key lacks its colon.",
        'Write "key: value", with a space after the colon.',
        at_context=True,
    ),
    _Meaning(
        "block sequence entries are not allowed",
        "A list cannot begin here.",
        "Begin it on a line of its own, indented.",
    ),
    _Meaning(
        "did not find expected '-'",
        "This line does not fit the list before it.",
        'Check its indentation; an entry of a list begins with "- ".',
    ),
    _Meaning(
        "expected <block end>",
        "This line does not fit the lines before it.",
        "Check its indentation against the lines above.",
    ),
    _Meaning(
        "did not find expected key",
        "This line does not fit the lines before it.",
        "Check its indentation against the lines above.",
    ),
    _Meaning(
        "document start",
        "This line does not belong to the definition above it.",
        "Check its indentation: the keys of the definition all begin in one column.",
    ),
    _Meaning(
        "directive",
        "A line that begins with % is a directive, and there is no such one.",
        "Put the text in quotes.",
    ),
)


def explain(error: YAMLError, text: str) -> TextProblem:
    """Return the problem that a parser's error stands for; the parser's words stay inside."""
    if not isinstance(error, MarkedYAMLError):
        hint = "Save it as UTF-8 text without control characters."
        return TextProblem("syntax", "This is not well-formed YAML.", 0, hint)
    said = f"{error.problem or ''} {error.context or ''}"
    at = error.problem_mark.index if error.problem_mark else 0
    if "cannot start any token" in said:
        return _cannot_start(text, at)
    for meaning in _MEANINGS:
        if meaning.words in said:
            begins = error.context_mark.index if error.context_mark else at
            place = begins if meaning.at_context else at
            return TextProblem("syntax", meaning.message, place, meaning.hint)
    return TextProblem(
        "syntax",
        "This is not well-formed YAML.",
        at,
        "Put text that holds special characters in quotes.",
    )


def _cannot_start(text: str, at: int) -> TextProblem:
    found = text[at : at + 1]
    if found == "\t":
        return TextProblem(
            "syntax", "A tab stands where YAML wants spaces.", at, "Indent with spaces."
        )
    return TextProblem(
        "syntax", f'A text cannot begin with "{found}".', at, "Put the text in quotes."
    )
