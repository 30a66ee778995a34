"""jsonata-python's parser, kept within bounds and listened to before it flattens its tree."""

from __future__ import annotations

import re
from typing import Any

from jsonata.jexception import JException  # type: ignore[import-untyped]
from jsonata.parser import Parser  # type: ignore[import-untyped]
from jsonata.regex_engine import RegexFlags  # type: ignore[import-untyped]

from .scope import free_words
from .types import ExpressionError, Use

__all__ = ["parse"]

# Step Functions runs JSONata 2.0.6; these came with 2.1, and this parser knows them.
_NEWER_OPERATORS = {
    "??": "Write $exists(a) ? a : b instead of a ?? b.",
    "?:": "Write a ? a : b instead of a ?: b.",
}

# The parser's codes in our words: what is wrong, and what to do.  {token} is what it stumbled over,
# {wanted} what it expected.
_MESSAGES = {
    "S0101": ("A text in quotes has no end.", "Close it with the quote that it began with."),
    "S0102": ("A number is out of range.", "Write it in quotes, as text."),
    "S0103": ("There is no such escape.", "Write \\\\ for a backslash."),
    "S0104": ("The escape \\u needs four hex digits.", "Write \\\\ for a backslash."),
    "S0105": ("A name in backquotes has no end.", "Close it with `."),
    "S0106": ("A comment has no end.", "Close it with */."),
    "S0201": ("{token} cannot stand here.", "An operator or a comma may be missing before it."),
    "S0202": ("{wanted} should stand here, not {token}.", "Check the brackets around it."),
    "S0203": ("{wanted} is missing at the end.", "Check the brackets before it."),
    "S0207": ("The expression ends too early.", "Something is missing after its last operator."),
    "S0208": ("The parameters of a function have to begin with $.", "Write function($x) { … }."),
    "S0209": ("A filter cannot follow a grouping.", "Put the filter before the grouping."),
    "S0210": ("A part of a path can have one grouping only.", "Put the rest into ( … )."),
    "S0211": ("{token} cannot stand here.", "Something is missing before it."),
    "S0212": ("The left side of := has to begin with $.", "Write $name := value."),
    "S0213": ("{token} cannot be a part of a path.", "Put a name there; a quoted one if need be."),
    "S0214": ("A name that begins with $ has to stand here.", "Write @$name or #$name."),
    "S0217": ("The parent operator % has no parent here.", "Use it inside a path: a.b.(%.c)."),
    "S0301": (
        "There is no such escape, or a regular expression is empty.",
        "Write \\\\ for a backslash.",
    ),
    "S0302": ("A regular expression has no end.", "Close it with /."),
}
_UNFINISHED = ("The expression is not well-formed.", "Check its brackets, quotes and operators.")


def parse(source: str) -> tuple[Use, ...]:
    """Parse an expression and return what it takes from outside.

    Raises:
        ExpressionError: It does not parse, or is too complex.
    """
    parser = _Parser()
    try:
        parser.parse(source, _check_regex)
    except JException as error:
        raise _explain(error, source) from None
    except RecursionError:
        raise _too_complex() from None
    # The tokenizer runs past the end of some unfinished texts and looks up unknown operators.
    except (IndexError, KeyError, AttributeError, TypeError, ValueError):
        raise ExpressionError("bad-expression", _UNFINISHED[0], 0, _UNFINISHED[1]) from None
    return parser.uses


class _Parser(Parser):  # type: ignore[misc]
    """Reads the free words off the tree as it was written, when it is first complete."""

    uses: tuple[Use, ...] = ()
    _seen = False

    def __init__(self) -> None:
        super().__init__()
        for operator in _NEWER_OPERATORS:
            refused = _Refused(self, operator)
            refused.lbp = refused.bp
            self.symbol_table[operator] = refused

    def process_ast(self, expr: Any) -> Any:
        """Flatten the paths of the tree, after looking at the whole of it."""
        if not self._seen:
            self._seen = True
            self.uses = free_words(self.source or "", expr)
        return super().process_ast(expr)


class _Refused(Parser.Infix):  # type: ignore[misc]
    """An operator that Step Functions does not have."""

    def led(self, _: Any) -> Any:
        """Refuse the operator at its place."""
        message = f"Step Functions has no operator {self.id}."
        at = self.position - len(self.id)
        raise ExpressionError("forbidden-operator", message, at, _NEWER_OPERATORS[self.id])


def _too_complex() -> ExpressionError:
    hint = "Split it over several steps."
    return ExpressionError("bad-expression", "The expression is too complex.", 0, hint)


def _check_regex(pattern: str, _: RegexFlags) -> re.Pattern[str]:
    """Refuse what is no regular expression in JavaScript's grammar, as far as Python can tell."""
    try:
        return re.compile(re.sub(r"\(\?<(?![=!])", "(?P<", pattern))
    except (re.error, OverflowError):
        message = f"/{pattern}/ is not a regular expression."
        raise ExpressionError("bad-expression", message, 0, "Check its brackets.") from None


def _explain(error: JException, source: str) -> ExpressionError:
    token, wanted = error.current, ""
    if error.error in ("S0202", "S0203"):
        # These two name what was expected before what was found.
        token, wanted = error.expected, f'"{error.current}"'
    message, hint = _MESSAGES.get(error.error, _UNFINISHED)
    found = "The end" if token in (None, "(end)") else f'"{_written(token)}"'
    at = _begin(error, source, "" if token is None else _written(token))
    return ExpressionError("bad-expression", message.format(token=found, wanted=wanted), at, hint)


def _written(token: Any) -> str:
    """Return a token as it stands in the text: `true`, where the parser says True."""
    return str(token).lower() if isinstance(token, bool) else str(token)


def _begin(error: JException, source: str, token: str) -> int:
    """Return the offset where an error begins; the parser gives the one where a token ends."""
    at = min(int(error.location), len(source))
    if error.error == "S0101":
        return max(source.rfind('"'), source.rfind("'"), 0)
    if error.error == "S0105":
        return max(source.rfind("`"), 0)
    return at - len(token) if token and source[:at].endswith(token) else at
