"""Webhook subscriptions as the admin API takes and shows them."""

from typing import Annotated, Any, Literal

from pydantic import AfterValidator, Field, JsonValue
from pydantic_core import PydanticCustomError

from signoff.contracts.admin.models import LEFT_OUT, Sent, Shown
from signoff.contracts.events.catalog import KNOWN_TYPES
from signoff.contracts.events.formats import DEFAULT_FORMAT, FORMATS
from signoff.errors import Invalid
from signoff.identity.keys import is_past
from signoff.webhooks.changes import DEFAULT_OVERLAP, MAX_OVERLAP, Edit
from signoff.webhooks.patterns import MAX_CHARACTERS, MAX_PATTERNS, check_patterns
from signoff.webhooks.read import Condition, Watched
from signoff.webhooks.subscriptions import MAX_DESCRIPTION, Wanted

_MAX_URL = 2_048


def _known_format(name: str) -> str:
    if name not in FORMATS:
        raise PydanticCustomError("unfit", f"format is one of {', '.join(FORMATS)}")
    return name


Url = Annotated[
    str,
    Field(
        min_length=1,
        max_length=_MAX_URL,
        description="https, leading to the public internet",
        examples=["https://hooks.example.com/signoff"],
    ),
]
EventTypes = Annotated[
    list[Annotated[str, Field(max_length=MAX_CHARACTERS, examples=["workflow.*"])]],
    Field(
        min_length=1,
        max_length=MAX_PATTERNS,
        description="Types of events in any format, or patterns in which * stands for anything",
        examples=[["workflow.completed", "workflow.task.*"]],
    ),
]
Filters = Annotated[
    dict[str, JsonValue],
    Field(
        description="Conditions on the event's data, by path: values, or objects with one of "
        "prefix, anything-but, numeric, exists. All paths must fit, each by one of its conditions",
        examples=[{"outcome": ["APPROVED"]}],
    ),
]
Format = Annotated[
    str, AfterValidator(_known_format), Field(json_schema_extra={"enum": [*FORMATS]})
]
Description = Annotated[str, Field(max_length=MAX_DESCRIPTION)]


class CreateWebhookRequest(Sent):
    """Where events are to be sent, and which of them."""

    url: Url
    event_types: EventTypes
    filters: Filters | None = None
    format: Format = DEFAULT_FORMAT
    description: Description | None = None

    def as_wanted(self) -> Wanted:
        """The same as the service takes it. Raises Invalid for types that there are not."""
        types = check_patterns(self.event_types, KNOWN_TYPES)
        return Wanted(self.url, types, self.format, self.filters or None, self.description)


class EditWebhookRequest(Sent):
    """What shall be different; a field that is left out stays as it is."""

    url: Url = LEFT_OUT
    event_types: EventTypes = LEFT_OUT
    filters: Filters | None = None
    format: Format = LEFT_OUT
    description: Description | None = None

    def as_edit(self) -> Edit:
        """The same as the service takes it; null is a value for filters and description alone.

        Raises Invalid for an empty one, and for types that there are not.
        """
        if not self.model_fields_set:
            raise Invalid("Nothing is to be changed")
        types = self.event_types
        sent = self.model_fields_set
        return Edit(
            url=self.url,
            event_types=None if types is None else check_patterns(types, KNOWN_TYPES),
            format=self.format,
            filters=(self.filters or None,) if "filters" in sent else None,
            description=(self.description,) if "description" in sent else None,
        )


class RotateSecretRequest(Sent):
    """How long the secret that is replaced goes on signing beside the new one."""

    overlap_seconds: Annotated[int, Field(ge=0, le=MAX_OVERLAP)] = DEFAULT_OVERLAP


class Webhook(Shown):
    """A subscription without its secret."""

    id: str
    url: str
    event_types: list[str]
    filters: dict[str, JsonValue] | None
    format: str
    description: str | None
    status: Annotated[
        Condition,
        Field(description="FAILING and DISABLED: what it would be sent is kept for it"),
    ]
    disabled_reason: Annotated[
        Literal["requested", "gone", "failing"] | None,
        Field(description="By an administrator; it answered 410; it failed for five days"),
    ]
    disabled_at: str | None
    failing_since: str | None
    created_at: str
    created_by: str | None
    updated_at: str
    former_secret_until: Annotated[
        str | None, Field(description="Until when the secret before the last rotation signs too")
    ]


class CreatedWebhook(Webhook):
    """A subscription with a new secret, which nobody can read again, whatever Idempotency-Key they
    send."""

    secret: Annotated[
        str | None,
        Field(
            description="`whsec_` and base64; null where the request is a repetition",
            examples=["whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSwMfKQ9r8GKYo="],
        ),
    ]


class TestedWebhook(Shown):
    """A test event on its way."""

    delivery_id: Annotated[str, Field(description="Where its delivery will be, within a moment")]


def shown_webhook(webhook: Watched) -> Webhook:
    """The subscription as lists show it."""
    return Webhook(**_fields(webhook))


def created_webhook(webhook: Watched, secret: str | None) -> CreatedWebhook:
    """The subscription as its maker sees it, once; without the secret where it was made before."""
    return CreatedWebhook(**_fields(webhook), secret=secret)


def tested_webhook(delivery: str) -> TestedWebhook:
    """Where what comes of the test will be seen."""
    return TestedWebhook(delivery_id=delivery)


def _fields(webhook: Watched) -> dict[str, Any]:
    it = webhook.subscription
    return {
        "id": it.subscription_id,
        "url": it.url,
        "event_types": list(it.event_types),
        "filters": it.filters,
        "format": it.format,
        "description": it.description,
        "status": webhook.condition,
        "disabled_reason": it.disabled_reason,
        "disabled_at": it.disabled_at,
        "failing_since": webhook.health.failing_since,
        "created_at": it.created_at,
        "created_by": it.created_by,
        "updated_at": it.updated_at,
        "former_secret_until": None if is_past(it.previous_until) else it.previous_until,
    }
