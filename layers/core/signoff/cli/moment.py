"""A moment on the command line: as the API takes it, or so long ago."""

import re
from datetime import datetime

import click

from signoff.clock import after

_AGO = re.compile(r"([0-9]{1,5})([mhd])")
_SECONDS = {"m": 60, "h": 3600, "d": 86400}


class Moment(click.ParamType[str]):
    """``2027-01-31T00:00:00Z`` stays as it was typed; ``30m``, ``24h`` and ``7d`` are so long ago.

    Anything else is refused here: the API does not know that a time may be ago, and calls some
    of the options by other names.
    """

    name = "time"

    def convert(self, value: str, param: click.Parameter | None, ctx: click.Context | None) -> str:
        """The moment as the API takes it."""
        if ago := _AGO.fullmatch(value):
            return after(-int(ago[1]) * _SECONDS[ago[2]])
        if not _is_moment(value):
            self.fail(
                f"'{value}' is no moment such as 2027-01-31T00:00:00Z, and not so long ago as 30m, "
                "24h or 7d.",
                param,
                ctx,
            )
        return value


def _is_moment(text: str) -> bool:
    """Whether it is a date and time with an offset."""
    try:
        return datetime.fromisoformat(text).tzinfo is not None
    except ValueError:
        return False


MOMENT = Moment()
