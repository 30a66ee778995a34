"""``Prefer: wait=N`` and ``respond-async`` (RFC 7240): how long an answer may wait."""

import re
from dataclasses import dataclass

from signoff.limits import LONGEST_WAIT_SECONDS, WAIT_SECONDS

# A preference: token, optionally `= word`, optionally parameters, which no preference here has.
_PREFERENCE = re.compile(r'\s*([^\s=;,"]+)\s*(?:=\s*("[^"]*"|[^\s;,"]+))?\s*(?:;[^,]*)?\s*\Z')


@dataclass(frozen=True)
class Patience:
    """Seconds to wait for the next state, and the ``Preference-Applied`` that says so."""

    seconds: float = WAIT_SECONDS
    applied: str | None = None


def read_patience(prefer: str | None, unasked: float = WAIT_SECONDS) -> Patience:
    """What ``prefer`` asks for; what it does not, or not well, is ignored as the RFC has it.

    ``unasked`` are the seconds where it asks for nothing.
    A preference named twice counts once, the first. With both, the wait comes first and the
    answer is the committed state when it is over, which is what this API does anyway.
    """
    named: dict[str, str] = {}
    for part in (prefer or "").split(","):
        match = _PREFERENCE.match(part)
        if match:
            named.setdefault(match[1].lower(), (match[2] or "").strip('"'))
    wait = named.get("wait", "")
    if re.fullmatch(r"[0-9]{1,9}", wait):
        seconds = min(int(wait), LONGEST_WAIT_SECONDS)
        return Patience(float(seconds), f"wait={seconds}")
    if "respond-async" in named:
        return Patience(0.0, "respond-async")
    return Patience(unasked)
