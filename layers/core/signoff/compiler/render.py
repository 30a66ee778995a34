"""Values as text: as arguments of a state, and as JSONata inside an expression.

Code sees the variables as its context, so that a bare `amount` is the variable; and a `$amount` is
bound to it first, inside a block, where it hides nothing else.  This is all the rewriting that the
language needs: no expression is taken apart.
"""

from __future__ import annotations

from pydantic import JsonValue

from .jsonata import code, defined, field, let, literal, quoted
from .values import Code, Value, codes

__all__ = ["argument", "evaluated", "static", "tested"]


def argument(value: Value, scope: str) -> JsonValue:
    """Return a value as a field of a state: data as it is, code as `{% … %}` on `scope`.

    What yields nothing becomes null.  Text that Step Functions would take for an expression, and
    objects with a key that it would take for a path, are written as the expression that yields
    them.
    """
    if isinstance(value, Code):
        return code(_in_variables(scope, _constructor(value), value))
    if isinstance(value, str):
        return code(quoted(value)) if value.startswith("{%") or value.endswith("%}") else value
    if isinstance(value, list):
        return [argument(item, scope) for item in value]
    if isinstance(value, dict):
        if any(key.endswith(".$") for key in value):
            return code(evaluated(value, scope))
        return {key: argument(item, scope) for key, item in value.items()}
    return value


def evaluated(value: Value, scope: str) -> str:
    """Return the JSONata that yields a value, given where the scope is."""
    if not any(codes(value)):
        return static(value)
    return _in_variables(scope, _constructor(value), value)


def tested(condition: Code, scope: str) -> str:
    """Return the JSONata that yields true or false, for whatever the condition yields.

    A choice refuses what is not a boolean.
    """
    return f"( {_in_variables(scope, '(' + condition.source + ')', condition)} ? true : false )"


def static(value: Value) -> str:
    """Return data without code as JSONata."""
    if isinstance(value, Code):
        raise TypeError("code is not data")
    if isinstance(value, list):
        return f"[{', '.join(static(item) for item in value)}]"
    if isinstance(value, dict):
        return f"{{{', '.join(f'{quoted(k)}: {static(v)}' for k, v in value.items())}}}"
    return literal(value)


def _in_variables(scope: str, text: str, value: Value) -> str:
    names = dict.fromkeys(name for each in codes(value) for name in each.names)
    bindings = "".join(let(name, field(name)) for name in names)
    return f"{scope}.vars.( {bindings}{text} )"


def _constructor(value: Value) -> str:
    if isinstance(value, Code):
        return value.source if value.total else defined(value.source)
    if isinstance(value, list):
        return f"[{', '.join(_element(item) for item in value)}]"
    if isinstance(value, dict):
        return f"{{{', '.join(f'{quoted(k)}: {_constructor(v)}' for k, v in value.items())}}}"
    return literal(value)


def _element(value: Value) -> str:
    """Return a list's element; one that yields a list must not be poured into the list around it.

    JSONata flattens the arrays in an array constructor, except those written as constructors.
    """
    if not isinstance(value, Code):
        return _constructor(value)
    source = _constructor(value)
    return f'( $v := {source}; $type($v) = "array" ? [[$v]] : [$v] )'
