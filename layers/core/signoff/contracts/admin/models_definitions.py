"""Published definitions as the admin API shows them. What it takes is the definition itself."""

from typing import TYPE_CHECKING, Annotated, Any, Literal

from pydantic import Field, JsonValue

from signoff.contracts.admin.models import Shown
from signoff.definitions.head import DefinitionHead, PublishedVersion

if TYPE_CHECKING:
    # The compiler behind it is imported where something is published, and nowhere else.
    from signoff.definitions.publish import Publication


class DefinitionSummary(Shown):
    """A definition as its newest version has it. ``initiatorGroups`` null: anyone may start it."""

    id: str
    key: str
    name: str
    description: str | None
    category: str | None
    version: int
    enabled: bool
    initiator_groups: list[str] | None
    machine_arn: Annotated[str, Field(description="Version of the Step Functions state machine")]
    created_at: str
    published_at: str
    published_by: str


class DefinitionDetail(DefinitionSummary):
    """One version of a definition, with what was published."""

    latest_version: int
    document: dict[str, JsonValue]


class Warned(Shown):
    """Something about a definition that does not keep it from being published."""

    code: str
    severity: Literal["warning"]
    message: str
    field: str | None
    line: int
    column: int
    hint: str


class PublishedDefinition(DefinitionSummary):
    """What publishing led to: a new version, or (``created`` false) the one that is there."""

    created: bool
    warnings: list[Warned]


def definition_summary(head: DefinitionHead) -> DefinitionSummary:
    """The definition as lists show it."""
    return DefinitionSummary(**_fields(head))


def definition_detail(head: DefinitionHead, published: PublishedVersion) -> DefinitionDetail:
    """The version with its document; the head says what is newest."""
    document = published.document
    initiators = document.get("initiators")
    fields = _fields(head) | {
        "name": published.name,
        "description": document.get("description"),
        "category": document.get("category"),
        "version": published.version,
        "enabled": document.get("enabled", True),
        "initiator_groups": initiators["groups"] if initiators else None,
        "machine_arn": published.machine_arn,
        "published_at": published.published_at,
        "published_by": published.published_by,
    }
    return DefinitionDetail(**fields, latest_version=head.version, document=document)


def published_definition(publication: "Publication") -> PublishedDefinition:
    """The definition as it is now, and what there is to say about it."""
    return PublishedDefinition(
        **_fields(publication.head),
        created=publication.created,
        warnings=[
            Warned(
                code=problem.code,
                severity="warning",
                message=problem.message,
                field=problem.field,
                line=problem.place.line,
                column=problem.place.column,
                hint=problem.place.hint,
            )
            for problem in publication.warnings
        ],
    )


def _fields(head: DefinitionHead) -> dict[str, Any]:
    groups = head.initiator_groups
    return {
        "id": head.definition_id,
        "key": head.key,
        "name": head.name,
        "description": head.description,
        "category": head.category,
        "version": head.version,
        "enabled": head.enabled,
        "initiator_groups": None if groups is None else list(groups),
        "machine_arn": head.machine_arn,
        "created_at": head.created_at,
        "published_at": head.published_at,
        "published_by": head.published_by,
    }
