"""Expressions: JSONata in `{% … %}`, and `{{name}}` in a template as sugar for it.

An expression is evaluated with the variables as its context, so `amount` and `$amount` both mean
the variable `amount`.
"""

from __future__ import annotations

from .functions import CHANCE_FUNCTIONS, FORBIDDEN_FUNCTIONS, FORBIDDEN_VARIABLES, FUNCTIONS
from .parse import compile_expression
from .text import compile_text, is_expression, is_template, template_to_expression
from .types import Expression, ExpressionError, Use

__all__ = [
    "CHANCE_FUNCTIONS",
    "FORBIDDEN_FUNCTIONS",
    "FORBIDDEN_VARIABLES",
    "FUNCTIONS",
    "Expression",
    "ExpressionError",
    "Use",
    "compile_expression",
    "compile_text",
    "is_expression",
    "is_template",
    "template_to_expression",
]
