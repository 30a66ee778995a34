"""Who may send mail may do it as somebody, under a configuration set.

AWS: SendEmail is judged on the sender's identity (its address or domain, whichever is verified)
and on the configuration set, with the sender as the condition key ses:FromAddress (Service
Authorization Reference, Amazon SES v2).

Emulator: it judges the resource `*` without that key, so that a role that names its sender, as it
should, is refused.

To see it: tests/local/test_mail_senders.py. To delete when: ministack knows both.
"""

from __future__ import annotations

import json
from email.utils import parseaddr
from typing import Any

from signoff_local import emulator

RELIES_ON = {
    "app:_enforce_ses_v2": "5dc09e3bd487",
    "app:_enforce_data_plane": "1e54bcf1421b",
}

PATH = "/v2/email/outbound-emails"


def apply() -> None:
    """Judge a mail on what AWS judges it on."""
    app = emulator.module("app")
    theirs = app._enforce_ses_v2

    def enforce(
        method: str, path: str, headers: Any, body: bytes, query: Any, request_id: str
    ) -> Any:
        if method != "POST" or path != PATH:
            return theirs(method, path, headers, body, query, request_id)
        sent = json.loads(body)
        sender = parseaddr(sent.get("FromEmailAddress", ""))[1]
        for resource in _resources(app, headers, query, sender, sent.get("ConfigurationSetName")):
            denied = app._enforce_data_plane(
                "sesv2",
                "ses:SendEmail",
                headers,
                query,
                request_id,
                resource_arn=resource,
                service_context={"ses:fromaddress": sender},
                named_resource=resource,
            )
            if denied:
                return denied
        return None

    app._enforce_ses_v2 = enforce


def _resources(app: Any, headers: Any, query: Any, sender: str, under: str | None) -> list[str]:
    identities = emulator.module("services.ses_v2")._identities
    domain = sender.rpartition("@")[2].lower()
    named = [f"identity/{sender if identities.get(sender) else domain}"]
    named += [f"configuration-set/{under}"] if under else []
    region = app.extract_region(headers, query)
    account = emulator.module("core.responses").get_account_id()
    return [f"arn:aws:ses:{region}:{account}:{each}" for each in named]
