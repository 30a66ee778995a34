"""Ids as the Approvals API writes them: ``wt_<key>`` for a template, ``wi_<hex>`` for an instance.

Both ways are pure functions, and each text means one thing: what begins with ``wt_`` names the key
that follows, so a definition whose own key begins so is written ``wt_wt_…``.
"""

import re
import uuid

from signoff.definitions.names import PREFIX
from signoff.errors import Malformed, NotFound

_INSTANCE = re.compile(r"wi_([0-9A-Fa-f]+)", re.ASCII)
_HEX_OF_RUN = 32


def template_id(definition_key: str) -> str:
    """``wt_invoice_approval`` for the definition ``invoice_approval``."""
    return f"{PREFIX}{definition_key}"


def instance_id(run_id: str) -> str:
    """``wi_`` and the 32 hexadecimal digits of the run's UUID."""
    return f"wi_{run_id.replace('-', '')}"


def run_of(instance: str, *, field: str = "instanceId") -> str:
    """The run id behind an instance's.

    Raises Malformed for what is not ``wi_`` and hexadecimal digits, and NotFound where there are
    not as many as a run's id has: the product that this contract is from has shorter ids.
    """
    match = _INSTANCE.fullmatch(instance)
    if match is None:
        raise Malformed(f"{field} must be wi_ and hexadecimal digits", field=field)
    if len(match[1]) != _HEX_OF_RUN:
        raise NotFound("not found", field=field, about="run")
    return str(uuid.UUID(match[1]))
