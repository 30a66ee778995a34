"""The client for addresses that users name: guarded, bounded, and the only one (ADR 17).

The name is resolved once, every address it has is judged, and the connection is made to one that
was, so that no second lookup can lead elsewhere. Redirects are answers like any other. Nothing is
taken from the environment, no proxies and no credentials, and nothing is kept between requests.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from signoff.deadline import at_most
from signoff.errors import Invalid
from signoff.outbound.addresses import may_call
from signoff.outbound.channel import Channel, connect
from signoff.outbound.exchange import Exchange, Head
from signoff.outbound.names import resolve
from signoff.outbound.patience import NoAnswer, Patience, Word
from signoff.outbound.request import METHODS, check_headers
from signoff.outbound.urls import Target, read_url

SECONDS = 10.0
KEPT_BYTES = 1024
SLOW_AFTER_SECONDS = 1.0
# Of a name with more addresses the first of each family are tried; all are judged.
_TRIED_OF_FAMILY = 3


@dataclass(frozen=True)
class Reply:
    """What came of a request. ``status`` is None where no answer came; ``error`` then says why.

    Header names are lower-case. ``answer`` is the beginning of the body as text. With a status,
    ``error`` is "timeout" (less of the body came in time than is kept) or None.
    """

    status: int | None
    headers: dict[str, str] = field(default_factory=dict)
    answer: str = ""
    milliseconds: int = 0
    error: Word | None = None

    @property
    def ok(self) -> bool:
        """Whether it was taken: 2xx, and in time."""
        return self.error is None and self.status is not None and 200 <= self.status < 300


def send(
    url: str,
    *,
    method: str = "POST",
    headers: Mapping[str, str] | None = None,
    body: bytes = b"",
    seconds: float = SECONDS,
    keep: int = KEPT_BYTES,
    on_slow: Callable[[], None] | None = None,
    slow_after: float = SLOW_AFTER_SECONDS,
) -> Reply:
    """Send one request, once, and return what came of it; the network never raises.

    ``seconds`` are for everything: lookup, connection, TLS, sending, and the first ``keep`` bytes
    of the answer's body, after which the connection is closed. ``on_slow`` is called once, from
    this thread, when ``slow_after`` seconds have passed without the end; what it raises goes
    through. A URL that is not (or no longer) allowed is the error "address". Raises Invalid for a
    method or headers that are none.
    """
    sent = dict(headers or {})
    check_headers(sent)
    if method not in METHODS:
        raise Invalid(f"A method is one of {', '.join(METHODS)}", field="method")
    patience = Patience(at_most(seconds), on_slow, slow_after)
    try:
        target = read_url(url)
        channel = connect(_addresses(target, patience), target.port, patience)
        try:
            head, kept, in_time = _exchanged(channel, target, method, sent, body, keep)
        finally:
            channel.close()
    except Invalid:
        return Reply(None, error="address")
    except NoAnswer as failed:
        return Reply(None, milliseconds=patience.milliseconds, error=failed.word)
    late: Word | None = None if in_time else "timeout"
    return Reply(head.status, head.fields, _text(kept), patience.milliseconds, late)


def _addresses(target: Target, patience: Patience) -> list[str]:
    found = [target.host] if target.is_address else resolve(target.host, patience)
    if not all(map(may_call, found)):
        raise NoAnswer("address")
    sixes = [each for each in found if ":" in each][:_TRIED_OF_FAMILY]
    fours = [each for each in found if ":" not in each][:_TRIED_OF_FAMILY]
    return [each for each in found if each in sixes or each in fours]


def _exchanged(
    channel: Channel,
    target: Target,
    method: str,
    headers: Mapping[str, str],
    body: bytes,
    keep: int,
) -> tuple[Head, bytes, bool]:
    if target.scheme == "https":
        channel.encrypt(target.host)
    broken: NoAnswer | None = None
    exchange = Exchange(channel)
    try:
        exchange.send(target, method, headers, body)
    except NoAnswer as failed:
        if failed.word == "timeout":
            raise
        broken = failed  # whoever refuses a body may answer and hang up before its end
    try:
        head = exchange.head()
    except NoAnswer as failed:
        raise broken or failed from failed
    return head, *exchange.body(keep)


def _text(kept: bytes) -> str:
    return kept.decode("utf-8", "replace")
