"""What is known of an expression once it is parsed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

__all__ = ["Expression", "ExpressionError", "Use"]


@dataclass(frozen=True)
class Use:
    """A word that an expression takes from outside, and its offset in the text.

    `name` is a bare name at the root (`amount`), `variable` a free `$amount`, `function` a
    function that is called or passed on, `unknown` a name called as if it were one.
    """

    kind: Literal["name", "variable", "function", "unknown"]
    word: str
    offset: int


@dataclass(frozen=True)
class Expression:
    """A parsed expression.  `source` is its JSONata, without `{%` and `%}`."""

    source: str
    uses: tuple[Use, ...] = ()

    @property
    def names(self) -> tuple[str, ...]:
        """Return the bare names that the context has to supply, in order, each once."""
        return self._words("name")

    @property
    def variables(self) -> tuple[str, ...]:
        """Return the free `$names` that a binding has to supply, in order, without the `$`."""
        return self._words("variable")

    @property
    def functions(self) -> tuple[str, ...]:
        """Return the functions it uses, in order, without the `$`."""
        return self._words("function")

    @property
    def reads(self) -> tuple[str, ...]:
        """Return every workflow variable it reads, however it is written."""
        return tuple(dict.fromkeys(u.word for u in self.uses if u.kind in ("name", "variable")))

    def _words(self, kind: str) -> tuple[str, ...]:
        return tuple(dict.fromkeys(use.word for use in self.uses if use.kind == kind))


class ExpressionError(Exception):
    """A text is no expression or template.  `offset` counts from the beginning of the text."""

    def __init__(self, code: str, message: str, offset: int, hint: str = "") -> None:
        """Keep the problem's code, its message, the place and what to do."""
        super().__init__(message)
        self.code = code
        self.message = message
        self.offset = offset
        self.hint = hint
