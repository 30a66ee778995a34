"""A moment on the command line: as the API takes it, or so long ago."""

import re

import click

from signoff.clock import after

_AGO = re.compile(r"([0-9]{1,5})([mhd])")
_SECONDS = {"m": 60, "h": 3600, "d": 86400}


class Moment(click.ParamType[str]):
    """``2027-01-31T00:00:00Z`` stays as it was typed; ``30m``, ``24h`` and ``7d`` are so long ago.

    Anything else goes to the API as it is, which says what is wrong with it.
    """

    name = "time"

    def convert(
        self,
        value: str,
        param: click.Parameter | None,  # noqa: ARG002 - click's signature
        ctx: click.Context | None,  # noqa: ARG002 - click's signature
    ) -> str:
        """The moment as the API takes it."""
        ago = _AGO.fullmatch(value)
        return after(-int(ago[1]) * _SECONDS[ago[2]]) if ago else value


MOMENT = Moment()
