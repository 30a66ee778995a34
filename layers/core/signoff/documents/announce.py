"""Uploads of any size: a document or version is announced, and a link says where to put it.

It is Processing until the object has come and the worker has judged it (process.py). What nobody
uploads goes by itself after two days, and with it a document that never had another version.
"""

import time
from dataclasses import dataclass

from signoff.documents import content
from signoff.documents.change import DocumentChange
from signoff.documents.content import Arrival, Link
from signoff.documents.model import Document, Status, Version
from signoff.documents.names import file_name, read_tags
from signoff.documents.rights import check_change
from signoff.documents.settings import read_settings
from signoff.documents.store import find_version, get_document, made_by
from signoff.documents.upload import (
    Labels,
    change_of,
    document_id_for,
    made_before,
    new_document,
)
from signoff.errors import DocumentConflict, FileTypeNotSupported
from signoff.identity.principal import Caller
from signoff.storage.repeating import until_committed

KEPT_SECONDS = 2 * 24 * 3600  # the link's hour, and all the attempts of the worker's queue


@dataclass(frozen=True)
class Announced:
    """A document, the number and status of the version that is awaited, and where to put it."""

    document: Document
    number: int
    status: Status
    link: Link


def announce_document(
    caller: Caller,
    name: str,
    size: int,
    kind: str | None,
    labels: Labels,
    comment: str | None = None,
) -> Announced:
    """A new document whose content of ``size`` bytes will be uploaded.

    ``kind`` is what the client takes it for: refused at once where it is not taken, and not
    believed. Raises FileTooLarge, FileTypeNotSupported, Invalid.
    """
    _check(caller.tenant, size, kind)
    tags, given = read_tags(labels.tags), file_name(name)
    document_id = document_id_for(caller)

    def commit() -> Document:
        if made := made_before(caller, document_id):
            return made
        document = new_document(caller, document_id, given, labels, tags)
        document.expires_at = int(time.time()) + KEPT_SECONDS
        change = change_of(document, caller)
        _await(change, caller, given, size, comment)
        change.commit()
        return document

    return _linked(until_committed(commit, "The document"), 1, size)


def announce_version(
    caller: Caller,
    document_id: str,
    name: str,
    size: int,
    kind: str | None,
    comment: str | None = None,
) -> Announced:
    """A new version of a document, whose content of ``size`` bytes will be uploaded.

    Raises as ``announce_document``, DocumentNotFound, and Forbidden to a person whose document it
    is not.
    """
    check_change(caller, get_document(caller.tenant, document_id))
    _check(caller.tenant, size, kind)
    given = file_name(name)

    def commit() -> tuple[Document, int]:
        document = get_document(caller.tenant, document_id)
        made = made_by(caller.tenant, document_id, caller.command_id)
        if made:
            return document, made
        change = change_of(document, caller)
        _await(change, caller, given, size, comment)
        change.remember(caller.command_id, document.latest)
        change.commit()
        return document, document.latest

    document, number = until_committed(commit, "The document")
    return _linked(document, number, size)


def _check(tenant: str, size: int, kind: str | None) -> None:
    settings = read_settings(tenant)
    settings.check_size(size, "size")
    if kind is not None and kind.casefold() not in settings.types:
        raise FileTypeNotSupported("type is not among the types that are taken", field="type")


def _await(
    change: DocumentChange, caller: Caller, name: str, size: int, comment: str | None
) -> None:
    document = change.document
    document.latest += 1
    change.write_version(
        Version(
            tenant=document.tenant,
            document_id=document.document_id,
            number=document.latest,
            status="Processing",
            name=name,
            uploaded_at=change.at,
            uploaded_by=caller.actor.id,
            comment=comment,
            declared=size,
            via=caller.principal.key_id,
            expires_at=int(time.time()) + KEPT_SECONDS,
        )
    )
    detail = {"documentId": document.document_id, "version": document.latest, "name": name}
    change.record("document.announced", detail | {"size": size, "title": document.title})


def _linked(document: Document, number: int, size: int) -> Announced:
    version = find_version(document.tenant, document.document_id, number)
    if version is None or version.status != "Processing":
        raise DocumentConflict("This upload has been made")
    arrival = Arrival(document.tenant, document.document_id, number)
    return Announced(document, number, version.status, content.upload_link(arrival, size))
