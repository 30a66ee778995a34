"""Which words of an expression come from outside: names at the root, free variables, functions.

It walks jsonata-python's tree as written, before paths are flattened.  A bare name counts where
the context is still the expression's own; inside a path, a filter, a grouping or a sort it is a
field of the data and nothing can be said about it.
"""

from __future__ import annotations

from typing import Any

from .functions import FUNCTIONS
from .types import Use

__all__ = ["free_words"]

# The context itself, and the root of the input.
_CONTEXT, ROOT = "", "$"


def free_words(source: str, tree: Any) -> tuple[Use, ...]:
    """Return what the expression `source`, parsed to `tree`, takes from outside, in text order."""
    walk = _Walk(source)
    walk.visit(tree, True, _Frame())
    return tuple(sorted(set(walk.uses), key=lambda use: (use.offset, use.kind, use.word)))


class _Frame:
    """The variables that a block, a function or a path binds, inside those around it."""

    def __init__(self, outer: _Frame | None = None) -> None:
        self.outer = outer
        self.bound: set[str] = set()

    def has(self, name: str) -> bool:
        return name in self.bound or (self.outer is not None and self.outer.has(name))


class _Walk:
    def __init__(self, source: str) -> None:
        self.source = source
        self.uses: list[Use] = []

    def visit(self, node: Any, at_root: bool, frame: _Frame) -> None:
        """Collect what a node uses.  `at_root`: the context is the expression's own."""
        if node is None:
            return
        kind = node.type
        if kind == "name" or (kind == "operator" and node.value in ("and", "or", "in")):
            if at_root:
                self._use("name", str(node.value), node)
        elif kind == "variable":
            self._variable(node, frame)
        elif kind == "binary":
            self._binary(node, at_root, frame)
        elif kind == "unary":
            self._each((node.expression, *(node.expressions or ())), at_root, frame)
            self._pairs(node.lhs_object, at_root, frame)
        elif kind in ("function", "partial"):
            self._call(node, at_root, frame)
        elif kind == "lambda":
            inner = _Frame(frame)
            inner.bound.update(str(argument.value) for argument in node.arguments)
            self.visit(node.body, at_root, inner)
        elif kind == "block":
            inner = _Frame(frame)
            self._declare_functions(node.expressions, inner)
            self._each(node.expressions, at_root, inner)
        elif kind == "condition":
            self._each((node.condition, node.then, node._else), at_root, frame)
        elif kind == "transform":
            # Its pattern and updates are relative to what the transform is applied to.
            self._each((node.pattern, node.update, node.delete), False, frame)

    def _each(self, nodes: Any, at_root: bool, frame: _Frame) -> None:
        for node in nodes:
            self.visit(node, at_root, frame)

    def _pairs(self, pairs: Any, at_root: bool, frame: _Frame) -> None:
        for pair in pairs or ():
            self._each(pair, at_root, frame)

    def _binary(self, node: Any, at_root: bool, frame: _Frame) -> None:
        operator = str(node.value)
        if operator == ":=":
            name = str(node.lhs.value)
            if getattr(node.rhs, "type", None) == "lambda":
                # A function may call itself.
                frame.bound.add(name)
            self.visit(node.rhs, at_root, frame)
            frame.bound.add(name)
        elif operator in (".", "[", "{", "^", "@", "#"):
            self._path(node, at_root, _Frame(frame))
        else:
            self._each((node.lhs, node.rhs), at_root, frame)

    def _path(self, node: Any, at_root: bool, frame: _Frame) -> None:
        """Visit a path; `@$x` and `#$i` bind for the rest of it, in `frame`."""
        left, operator = node.lhs, str(node.value)
        if left.type == "binary" and str(left.value) in (".", "[", "{", "^", "@", "#"):
            self._path(left, at_root, frame)
        elif left.type == "string" and operator == "." and at_root:
            # A text at the beginning of a path is a name.
            self._use("name", str(left.value), left)
        else:
            self.visit(left, at_root, frame)
        # `$.amount` is `amount`; `$[…]` and the rest of a path look at the data.
        is_context = left.type == "variable" and left.value == _CONTEXT
        inside = at_root and is_context and operator == "."
        if operator in ("@", "#"):
            frame.bound.add(str(node.rhs.value))
        elif operator == "{":
            self._pairs(node.rhs_object, False, frame)
        elif operator == "^":
            self._each((term.expression for term in node.rhs_terms), False, frame)
        else:
            self.visit(node.rhs, inside, frame)

    def _declare_functions(self, nodes: Any, frame: _Frame) -> None:
        """Bind the functions of a block first, since they may call those defined after them."""
        for node in nodes:
            is_binding = node.type == "binary" and str(node.value) == ":="
            if is_binding and getattr(node.rhs, "type", None) == "lambda":
                frame.bound.add(str(node.lhs.value))

    def _call(self, node: Any, at_root: bool, frame: _Frame) -> None:
        procedure = node.procedure
        if procedure.type == "variable" and not frame.has(str(procedure.value)):
            known = str(procedure.value) in FUNCTIONS
            self._use("function" if known else "unknown", str(procedure.value), procedure)
        elif procedure.type == "name":
            self._use("unknown", str(procedure.value), procedure)
        else:
            self.visit(procedure, at_root, frame)
        for argument in node.arguments:
            is_gap = argument.type == "operator" and argument.value == "?"
            if not is_gap:
                self.visit(argument, at_root, frame)

    def _variable(self, node: Any, frame: _Frame) -> None:
        name = str(node.value)
        if name == _CONTEXT or frame.has(name):
            return
        self._use("function" if name in FUNCTIONS else "variable", name, node)

    def _use(self, kind: Any, word: str, node: Any) -> None:
        # The parser's position of a token is where it ends.
        end = int(node.position)
        at = max(0, end - len(word))
        quoted = end > 0 and self.source[end - 1 : end] in ("`", '"', "'")
        if quoted and not self.source[at:end].endswith(word):
            at = max(0, at - 2)
        elif self.source[at - 1 : at] == "$" and kind != "name":
            at -= 1
        self.uses.append(Use(kind, word, at))
