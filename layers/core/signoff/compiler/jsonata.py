"""Small pieces of JSONata text, quoted so that no name and no string can break out of them."""

from __future__ import annotations

import json

__all__ = ["code", "defined", "field", "let", "listed", "literal", "merged", "quoted"]


def quoted(text: str) -> str:
    """Return a JSONata string literal.  `%}` is escaped: it ends an expression in a machine."""
    return json.dumps(text, ensure_ascii=False).replace("%}", "%\\u007d")


def field(name: str) -> str:
    """Return a name as a step of a path, in backticks: `and`, `true` and `a-b` are names too."""
    if "`" in name:
        raise ValueError(f"a name cannot hold a backtick: {name!r}")
    return f"`{name}`"


def literal(value: object) -> str:
    """Return a JSON scalar as JSONata."""
    return quoted(value) if isinstance(value, str) else json.dumps(value)


def merged(base: str, *parts: str) -> str:
    """Return the JSONata of an object and what is laid over it."""
    return f"$merge([{', '.join((base, *parts))}])"


def defined(expression: str) -> str:
    """Return an expression that yields null where the given one yields nothing.

    Step Functions fails a state whose expression yields nothing.
    """
    return f"( $v := ({expression}); $exists($v) ? $v : null )"


def listed(expression: str) -> str:
    """Return an expression that yields a list: nothing and null are none, one thing is one item.

    JSONata makes no difference between a value and a list that a path collected only it into.
    """
    return (
        f"( $v := ({expression}); "
        '$type($v) = "array" ? $v : $exists($v) and $v != null ? [$v] : [] )'
    )


def let(name: str, value: str) -> str:
    """Return a binding, to be used inside a block."""
    return f"${name} := {value}; "


def code(expression: str) -> str:
    """Return an expression as a machine writes it."""
    return f"{{% {expression} %}}"
