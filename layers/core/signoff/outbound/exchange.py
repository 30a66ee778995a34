"""One request and its answer over HTTP/1.1; of the answer no more than is wanted.

h11 makes the bytes of the one and reads those of the other; it opens no connection and waits for
nothing, so the channel's deadline is over everything.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from signoff.outbound.channel import Channel
from signoff.outbound.patience import NoAnswer
from signoff.outbound.request import fields_of
from signoff.outbound.urls import Target

if TYPE_CHECKING:
    import h11

# Status line and header fields, of the answer and of each 1xx answer before it.
HEAD_BYTES = 32 * 1024
_MOST_EARLY_ANSWERS = 100
_PIECE = 4 * 1024


@dataclass(frozen=True)
class Head:
    """Status, and the fields by their lower-case names; those of one name joined by commas."""

    status: int
    fields: dict[str, str]


class Exchange:
    """A request on ``channel``, which is used for nothing else."""

    def __init__(self, channel: Channel) -> None:
        import h11

        self._channel = channel
        self._http = h11.Connection(h11.CLIENT, max_incomplete_event_size=HEAD_BYTES)
        self._has_come = False

    def send(self, target: Target, method: str, headers: Mapping[str, str], body: bytes) -> None:
        """Send the request. Raises NoAnswer."""
        import h11

        fields = fields_of(target, method, headers, len(body))
        parts = (
            h11.Request(method=method, target=target.path, headers=fields),
            h11.Data(data=body),
            h11.EndOfMessage(),
        )
        self._channel.send(b"".join(self._http.send(part) or b"" for part in parts))

    def head(self) -> Head:
        """The final status and its fields. Raises NoAnswer for what is no HTTP, or too much."""
        import h11

        for _ in range(_MOST_EARLY_ANSWERS):
            event = self._next()
            if isinstance(event, h11.Response):
                return _head_of(event)
        raise NoAnswer("protocol")

    def body(self, keep: int) -> tuple[bytes, bool]:
        """The first ``keep`` bytes of the body, and whether they came in time.

        A body that breaks off ends there.
        """
        import h11

        got = bytearray()
        try:
            while len(got) < keep and isinstance(event := self._next(), h11.Data):
                got += event.data[: keep - len(got)]
        except NoAnswer as error:
            return bytes(got), error.word != "timeout"
        return bytes(got), True

    def _next(self) -> Any:
        import h11

        try:
            while (event := self._http.next_event()) is h11.NEED_DATA:
                self._http.receive_data(self._more())
        except h11.RemoteProtocolError as error:
            raise NoAnswer("protocol") from error
        return event

    def _more(self) -> bytes:
        """What has come; nothing at the end, of which h11 knows whether it may be there."""
        more = self._channel.receive(_PIECE)
        if not more and not self._has_come:
            raise NoAnswer("connect")
        self._has_come = True
        return more


def _head_of(response: h11.Response) -> Head:
    fields: dict[str, str] = {}
    for name, content in response.headers:
        key, value = name.decode("ascii"), content.decode("latin-1")
        fields[key] = f"{fields[key]}, {value}" if key in fields else value
    return Head(response.status_code, fields)
