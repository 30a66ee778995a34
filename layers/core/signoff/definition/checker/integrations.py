"""Whom an integration calls, as far as that is written out."""

from __future__ import annotations

from collections.abc import Iterator

from signoff.errors import Invalid
from signoff.outbound.mailboxes import is_mailbox
from signoff.outbound.request import check_headers
from signoff.outbound.urls import read_url

from ..configs import EmailConfig, SlackConfig, WebhookConfig
from ..paths import Path
from ..steps import IntegrationStep
from .subject import Finding, Subject

__all__ = ["check"]


def check(subject: Subject) -> Iterator[Finding]:
    """Yield `bad-url`, `bad-header` and `bad-address`.  No name is looked up here."""
    computed = {text.path for text in subject.texts if text.expression or text.error}
    for placed in subject.steps:
        if not isinstance(placed.step, IntegrationStep):
            continue
        config, path = placed.step.config, (*placed.path, "config")
        match config:
            case SlackConfig():
                yield from _url((*path, "webhookUrl"), config.webhook_url, computed)
            case WebhookConfig():
                yield from _url((*path, "url"), config.url, computed)
                yield from _headers((*path, "headers"), config, computed)
            case EmailConfig():
                yield from _addresses((*path, "to"), config, computed)


def _url(path: Path, url: str, computed: set[Path]) -> Iterator[Finding]:
    if path in computed:
        return
    try:
        read_url(url)
    except Invalid as error:
        hint = "Write it as https://hooks.example.com/in, with a host that the internet knows."
        yield Finding("bad-url", path, f"{error.message}.", hint)


def _headers(path: Path, config: WebhookConfig, computed: set[Path]) -> Iterator[Finding]:
    good: dict[str, str] = {}
    for name, value in config.headers.items():
        at = (*path, name)
        more = {**good, name: "" if at in computed else value}
        try:
            check_headers(more)
            good = more
        except Invalid as error:
            hint = "Leave it out, or write it as X-Api-Version: one line of text."
            yield Finding("bad-header", at, f"{error.message}.", hint, at_key=True)


def _addresses(path: Path, config: EmailConfig, computed: set[Path]) -> Iterator[Finding]:
    for index, address in enumerate(config.to):
        at = (*path, index)
        if at not in computed and not is_mailbox(address):
            hint = "Write it as finance@example.com, or as an expression that yields addresses."
            yield Finding("bad-address", at, "This is no mail address.", hint)
