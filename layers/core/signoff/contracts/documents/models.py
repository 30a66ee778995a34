"""Documents and their versions as the Approvals API takes and shows them."""

from typing import Annotated, Any, Literal

from pydantic import AfterValidator, ConfigDict, Field
from pydantic.alias_generators import to_camel
from pydantic_core import PydanticCustomError

from signoff.contracts.admin.models import Sent, Shown
from signoff.contracts.approvals.ids import instance_id, run_of
from signoff.contracts.approvals.times import moment
from signoff.documents.announce import Announced
from signoff.documents.content import LARGEST
from signoff.documents.download import Download
from signoff.documents.model import Document, Version
from signoff.documents.resubmit import FIELD as RESUBMIT
from signoff.documents.resubmit import Resubmission
from signoff.documents.upload import Labels
from signoff.errors import Invalid
from signoff.limits import COMMENT_CHARACTERS
from signoff.runs.ids import is_id

MAX_TITLE = 500
MAX_GIVEN_NAME = 16_000  # what is kept of a name is shorter; a hostile one is no reason to refuse

Title = Annotated[str, Field(max_length=MAX_TITLE, examples=["Invoice 2026-118"])]
Tags = Annotated[
    str,
    Field(max_length=4_000, description="Separated by commas; at most 10", examples=["invoice"]),
]


def _uuid(folder: str) -> str:
    if not is_id(folder):
        raise PydanticCustomError("unfit", "folderId must be a UUID")
    return folder


Folder = Annotated[
    str,
    AfterValidator(_uuid),
    Field(
        json_schema_extra={"format": "uuid"},
        description="A UUID, kept and shown; folders themselves are the client's",
    ),
]
Instance = Annotated[
    str,
    Field(
        max_length=64,
        description="A rejected instance about this document, which the new version takes up",
        examples=["wi_3c650bc5176742b39ba33cca43614d3a"],
    ),
]
Comment = Annotated[
    str,
    Field(
        max_length=COMMENT_CHARACTERS,
        description="What is new: kept with the version, and said with the new submission",
    ),
]
Duplicate = Annotated[
    str | None,
    Field(
        json_schema_extra={"format": "uuid"},
        description="The document that has the same content, where it is Rejected for that",
    ),
]
DocumentStatus = Literal["Processing", "Active", "Rejected", "Deleted"]


class UploadForm(Sent):
    """The text fields beside the file. Others are ignored: some clients send more."""

    model_config = ConfigDict(
        strict=True, defer_build=True, extra="ignore", alias_generator=to_camel
    )

    title: Title | None = None
    tags: Tags | None = None
    folder_id: Folder | None = None

    def labels(self) -> Labels:
        """What the client calls the document."""
        return Labels(self.title, self.tags, self.folder_id)


class VersionForm(Sent):
    """The text fields beside the file of a new version. Others are ignored."""

    model_config = ConfigDict(
        strict=True, defer_build=True, extra="ignore", alias_generator=to_camel
    )

    resubmit_instance_id: Instance | None = None
    comment: Comment | None = None

    def again(self) -> Resubmission | None:
        """The run to take up, if one is named. Raises Malformed and NotFound."""
        return resubmission(self.resubmit_instance_id, self.comment)


class CreateUploadRequest(Sent):
    """A file that will be uploaded to a link."""

    name: Annotated[str, Field(min_length=1, max_length=MAX_GIVEN_NAME, examples=["contract.pdf"])]
    size: Annotated[
        int, Field(ge=1, le=LARGEST, description="Bytes, exactly", examples=[48_000_000])
    ]
    type: Annotated[
        str | None,
        Field(
            max_length=200,
            description="What the client takes it for; the content decides",
            examples=["application/pdf"],
        ),
    ] = None
    title: Title | None = None
    tags: Tags | None = None
    folder_id: Folder | None = None
    document_id: Annotated[
        str | None,
        Field(
            json_schema_extra={"format": "uuid"},
            max_length=64,
            description="The document whose new version this is; absent for a new document",
        ),
    ] = None

    resubmit_instance_id: Instance | None = None
    comment: Comment | None = None

    def labels(self) -> Labels:
        """What the client calls the document."""
        return Labels(self.title, self.tags, self.folder_id)

    def refuse_again(self) -> None:
        """Raise Invalid where a new document is to take up a run: another one's was rejected."""
        if self.resubmit_instance_id is not None:
            raise Invalid(f"{RESUBMIT} is for a new version: documentId is missing", field=RESUBMIT)

    def again(self) -> Resubmission | None:
        """The run to take up, if one is named. Raises Malformed and NotFound."""
        return resubmission(self.resubmit_instance_id, self.comment)


class ShownDocument(Shown):
    """A document. ``version`` is the one that is Active, 0 before there is one."""

    id: str
    title: str
    name: str
    status: Annotated[
        DocumentStatus, Field(description="Deleted only in the answer to the deletion")
    ]
    reason: Annotated[str | None, Field(description="Why it is Rejected")]
    duplicate_of: Duplicate
    uploaded_at: str
    updated_at: str
    size: int | None
    type: Annotated[str | None, Field(description="By its content", examples=["application/pdf"])]
    sha256: str | None
    version: int
    owner: str
    tags: list[str]
    folder_id: str | None


class UploadedVersion(ShownDocument):
    """A document with its new version."""

    instance_id: Annotated[
        str | None, Field(description="The instance that takes up the rejected one")
    ]


class ShownVersion(Shown):
    """One version of a document's content."""

    document_id: str
    version: int
    status: DocumentStatus
    reason: Annotated[str | None, Field(description="Why it is Rejected")]
    duplicate_of: Duplicate
    name: str
    uploaded_at: str
    uploaded_by: str
    comment: Annotated[str | None, Field(description="What was said of it when it was sent")]
    size: int | None
    type: str | None
    sha256: str | None


class UploadLink(Shown):
    """Where to PUT the content, with a Content-Length of exactly the size that was announced."""

    method: Literal["PUT"]
    url: str
    expires_at: str


class CreatedUpload(Shown):
    """The document that awaits its content, and where to put it."""

    id: str
    version: Annotated[int, Field(description="The one that is awaited")]
    status: Annotated[
        DocumentStatus, Field(description="Of the awaited version; a former one may be Active")
    ]
    upload: UploadLink
    instance_id: Annotated[
        str | None, Field(description="The instance that takes up the rejected one")
    ]


class ContentLink(Shown):
    """Where to GET the content, without credentials, for a few minutes."""

    url: str
    expires_at: str
    version: int
    name: str
    size: int | None
    type: str | None
    sha256: str | None


def shown_document(document: Document) -> ShownDocument:
    """The document as its answers and lists show it."""
    return ShownDocument(**document_fields(document))


def document_fields(document: Document) -> dict[str, Any]:
    """The fields of a document."""
    return {
        "id": document.document_id,
        "title": document.title,
        "name": document.name,
        "status": document.status,
        "reason": document.reason,
        "duplicate_of": document.duplicate_of,
        "uploaded_at": moment(document.created_at),
        "updated_at": moment(document.updated_at),
        "size": document.size,
        "type": document.type,
        "sha256": document.sha256,
        "version": document.version,
        "owner": document.owner,
        "tags": list(document.tags),
        "folder_id": document.folder_id,
    }


def uploaded_version(document: Document, run_id: str | None) -> UploadedVersion:
    """The document, and the run that its new version has started."""
    return UploadedVersion(**document_fields(document), instance_id=run_id and instance_id(run_id))


def resubmission(instance: str | None, comment: str | None) -> Resubmission | None:
    """The run behind an instance's id. Raises Malformed and NotFound."""
    if instance is None:
        return None
    return Resubmission(run_of(instance, field=RESUBMIT), comment)


def shown_version(version: Version) -> ShownVersion:
    """The version as lists show it."""
    return ShownVersion(
        document_id=version.document_id,
        version=version.number,
        status=version.status,
        reason=version.reason,
        duplicate_of=version.duplicate_of,
        name=version.name,
        uploaded_at=moment(version.uploaded_at),
        uploaded_by=version.uploaded_by,
        comment=version.comment,
        size=version.size,
        type=version.type,
        sha256=version.sha256,
    )


def created_upload(announced: Announced, run_id: str | None) -> CreatedUpload:
    """What was announced, with its link."""
    link = UploadLink(
        method="PUT", url=announced.link.url, expires_at=moment(announced.link.expires_at)
    )
    return CreatedUpload(
        id=announced.document.document_id,
        version=announced.number,
        status=announced.status,
        upload=link,
        instance_id=run_id and instance_id(run_id),
    )


def content_link(download: Download) -> ContentLink:
    """A link and what it leads to."""
    version = download.version
    return ContentLink(
        url=download.link.url,
        expires_at=moment(download.link.expires_at),
        version=version.number,
        name=version.name,
        size=version.size,
        type=version.type,
        sha256=version.sha256,
    )
