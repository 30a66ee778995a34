"""Expressions that do not parse, or that Step Functions or a restart cannot bear."""

from __future__ import annotations

from collections.abc import Iterator

from ..expressions import (
    CHANCE_FUNCTIONS,
    FORBIDDEN_FUNCTIONS,
    FORBIDDEN_VARIABLES,
    FUNCTIONS,
    Use,
)
from ..fields import close_match
from .subject import Finding, Subject
from .texts import CompiledText

__all__ = ["check"]

_INSTEAD = {
    "$": "$$ is the state of the machine, not the variables; name the variable instead.",
    "states": "It belongs to the machine; what a definition may read is in its variables.",
}


def check(subject: Subject) -> Iterator[Finding]:
    """Yield what is wrong with each text by itself; see `variables` for what it reads."""
    for text in subject.texts:
        if text.error is not None:
            error = text.error
            yield Finding(
                error.code,
                text.path,
                error.message,
                error.hint,
                character=error.offset,
                text=text.text,
            )
        elif text.expression is None:
            if text.needs_expression:
                yield _needs(text)
        else:
            for use in text.expression.uses:
                yield from _use(text, use)


def _needs(text: CompiledText) -> Finding:
    message = "This is plain text, where only an expression makes sense."
    inner = " ".join(text.text.split())[:40]
    hint = f"Write {{% {inner} %}}." if inner else "Write an expression between {% and %}."
    return Finding("expression-needed", text.path, message, hint)


def _use(text: CompiledText, use: Use) -> Iterator[Finding]:
    def finding(code: str, message: str, hint: str) -> Finding:
        return Finding(code, text.path, message, hint, character=use.offset, text=text.text)

    if use.kind == "unknown":
        near = close_match(use.word, sorted(FUNCTIONS - FORBIDDEN_FUNCTIONS))
        hint = f"Did you mean ${near}?" if near else "See docs.jsonata.org for those there are."
        written = text.text[use.offset : use.offset + 1]
        if written != "$" and use.word in FUNCTIONS:
            hint = f"Functions begin with $: write ${use.word}(…)."
        yield finding("unknown-function", f'There is no function "{use.word}".', hint)
    elif use.kind == "variable" and use.word in FORBIDDEN_VARIABLES:
        hint = _INSTEAD[use.word]
        yield finding("forbidden-variable", f"${use.word} cannot be read here.", hint)
    elif use.kind == "function" and use.word in FORBIDDEN_FUNCTIONS:
        hint = "Use $parse to read JSON from a text."
        yield finding("forbidden-function", f"Step Functions has no ${use.word}.", hint)
    elif use.kind == "function" and use.word in CHANCE_FUNCTIONS and _in_branch(text):
        hint = "Set a variable in a transform before the branches, and read that."
        message = f"${use.word} would give another value when a run resumes inside a branch."
        yield finding("clock-in-branch", message, hint)


def _in_branch(text: CompiledText) -> bool:
    return text.steps is not None and not text.steps.is_top
