"""The functions that an expression may call.

Step Functions runs JSONata 2.0.6 (docs.jsonata.org/2.0.0), leaves out `$eval` and adds six
functions (AWS Step Functions Developer Guide, "Transforming data with JSONata").
"""

from __future__ import annotations

__all__ = ["CHANCE_FUNCTIONS", "FORBIDDEN_FUNCTIONS", "FORBIDDEN_VARIABLES", "FUNCTIONS"]

_JSONATA = (
    # strings
    "string length substring substringBefore substringAfter uppercase lowercase trim pad contains "
    "split join match replace base64encode base64decode encodeUrlComponent encodeUrl "
    "decodeUrlComponent decodeUrl "
    # numbers
    "number abs floor ceil round power sqrt formatNumber formatBase formatInteger parseInteger "
    "sum max min average "
    # booleans and arrays
    "boolean not exists count append sort reverse shuffle distinct zip "
    # objects
    "keys lookup spread merge sift each error assert type clone "
    # dates
    "now millis fromMillis toMillis "
    # higher order
    "map filter single reduce"
)
_STEP_FUNCTIONS = "partition range hash random uuid parse"

FORBIDDEN_FUNCTIONS = frozenset({"eval"})
FUNCTIONS = frozenset(_JSONATA.split()) | frozenset(_STEP_FUNCTIONS.split()) | FORBIDDEN_FUNCTIONS
# What gives another answer the next time it is asked.
CHANCE_FUNCTIONS = frozenset({"now", "millis", "random", "uuid", "shuffle"})
# The root of the input (`$$`) and Step Functions' own (`$states`), without their `$`.
FORBIDDEN_VARIABLES = frozenset({"$", "states"})
